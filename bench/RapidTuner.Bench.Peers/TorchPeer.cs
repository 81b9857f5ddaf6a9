using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Bench.Peers;

/// <summary>PyTorch in a process of its own that answers round by round, so that both run in turns. 32-bit weights: its bf16 products on a CPU are no rival.</summary>
internal static class TorchPeer
{
    public static void Run(string model, string folder, int rounds, TimeProvider clock, TextWriter output)
    {
        var config = CpuModel.Generated[model];
        var source = new RandomTensors(PeerTask.Seed);
        Export(config, source, folder);
        using var decoder = Decoder.Load(config, source, mixtralNames: false, WeightFormat.FullPrecision);
        using var own = new OwnEngine(decoder, clock);
        using var python = Start(folder);
        var (ours, theirs) = (new List<PeerTimes>(), new List<PeerTimes>());
        TorchAnswer? answer = null;
        for (var round = -1; round < rounds; round++)
        {
            var mine = own.Run();
            python.StandardInput.WriteLine("run");
            answer = JsonSerializer.Deserialize<TorchAnswer>(python.StandardOutput.ReadLine() ?? throw new BadInputException("python3", "ended", "install PyTorch (Debian: python3-torch); its message stands above"))!;
            if (round >= 0)
            {
                ours.Add(mine);
                theirs.Add(new PeerTimes(answer.PrefillS, answer.DecodeS));
            }
        }

        python.StandardInput.Close();
        python.WaitForExit();
        output.WriteLine();
        output.WriteLine($"PyTorch {answer!.Version}, {model}, FullPrecision, {PeerTask.Threads} threads, prompt of {PeerTask.PromptTokens} and {PeerTask.DecodeSteps} tokens after it, {rounds} rounds in turns; medians");
        output.WriteLine($"logits differ by at most {PeerTask.Difference(own.AfterPrompt, answer.AfterPrompt):E1} (after the prompt) and {PeerTask.Difference(own.AfterLast, answer.AfterLast):E1} (after the last token) of the largest");
        PeerTimes.Print("PyTorch", ours, theirs, output);
    }

    private static Process Start(string folder)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "torch_peer.py"));
        start.ArgumentList.Add(folder);
        return Process.Start(start)!;
    }

    // Every tensor as 32-bit floats, one after the other, and where each lies.
    private static void Export(DecoderConfig config, RandomTensors source, string folder)
    {
        var tensors = new List<object>();
        using (var file = File.Create(Path.Combine(folder, "weights.f32")))
        {
            foreach (var shape in new TensorNames(config, mixtralNames: false).All())
            {
                tensors.Add(new { name = shape.Name, rows = shape.Rows, columns = shape.Columns, vector = shape.IsVector });
                var row = new float[shape.Columns];
                for (var i = 0; i < shape.Rows; i++)
                {
                    source.ReadRow(shape, i, row);
                    file.Write(MemoryMarshal.AsBytes<float>(row));
                }
            }
        }

        File.WriteAllText(Path.Combine(folder, "task.json"), JsonSerializer.Serialize(new
        {
            tensors, layers = config.Layers, heads = config.Heads, kv_heads = config.KvHeads, head_dim = config.HeadDim, epsilon = config.NormEpsilon, theta = config.RopeTheta,
            threads = PeerTask.Threads, prompt_tokens = PeerTask.PromptTokens, tokens = Enumerable.Range(0, PeerTask.PromptTokens + PeerTask.DecodeSteps).Select(PeerTask.TokenAt),
        }));
    }
}
