using LLama;
using LLama.Common;
using LLama.Native;
using RapidTuner.Engine.Cpu;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Bench.Peers;

/// <summary>llama.cpp, in this process, by turns with the engine.</summary>
internal static class LlamaPeer
{
    public static void Run(string model, string folder, int rounds, TimeProvider clock, TextWriter output)
    {
        NativeLogConfig.llama_log_set((level, text) =>
        {
            if (level == LLamaLogLevel.Error)
            {
                Console.Error.Write(text);
            }
        });
        var config = CpuModel.Generated[model];
        foreach (var format in new[] { WeightFormat.FullPrecision, WeightFormat.BFloat16 })
        {
            var source = new RandomTensors(PeerTask.Seed);
            var path = Path.Combine(folder, $"{model}-{format}.gguf");
            GgufFile.Write(path, config, source, format == WeightFormat.BFloat16);
            using var decoder = Decoder.Load(config, source, mixtralNames: false, format);
            using var own = new OwnEngine(decoder, clock);
            var parameters = new ModelParams(path)
            {
                ContextSize = 1024, BatchSize = PeerTask.PromptTokens, UBatchSize = PeerTask.PromptTokens, Threads = PeerTask.Threads, BatchThreads = PeerTask.Threads, GpuLayerCount = 0,
                TypeK = GGMLType.GGML_TYPE_F32, TypeV = GGMLType.GGML_TYPE_F32,
            };
            using var weights = LLamaWeights.LoadFromFile(parameters);
            using var context = weights.CreateContext(parameters);
            var (ours, theirs) = (new List<PeerTimes>(), new List<PeerTimes>());
            float[] afterPrompt = [], afterLast = [];
            for (var round = -1; round < rounds; round++)
            {
                var (mine, other) = (own.Run(), Once(context, clock, out afterPrompt, out afterLast));
                if (round >= 0)
                {
                    ours.Add(mine);
                    theirs.Add(other);
                }
            }

            output.WriteLine();
            output.WriteLine($"llama.cpp, {model}, {format}, {PeerTask.Threads} threads, prompt of {PeerTask.PromptTokens} and {PeerTask.DecodeSteps} tokens after it, {rounds} rounds in turns; medians");
            output.WriteLine($"logits differ by at most {PeerTask.Difference(own.AfterPrompt, afterPrompt):E1} (after the prompt) and {PeerTask.Difference(own.AfterLast, afterLast):E1} (after the last token) of the largest");
            PeerTimes.Print("llama.cpp", ours, theirs, output);
        }
    }

    private static PeerTimes Once(LLamaContext context, TimeProvider clock, out float[] afterPrompt, out float[] afterLast)
    {
        context.NativeHandle.MemoryClear();
        var batch = new LLamaBatch();
        for (var i = 0; i < PeerTask.PromptTokens; i++)
        {
            batch.Add(PeerTask.TokenAt(i), i, LLamaSeqId.Zero, i == PeerTask.PromptTokens - 1);
        }

        var started = clock.GetTimestamp();
        Decode(context, batch);
        afterPrompt = context.NativeHandle.GetLogitsIth(PeerTask.PromptTokens - 1).ToArray();
        var prefillS = clock.GetElapsedTime(started).TotalSeconds;
        started = clock.GetTimestamp();
        for (var i = PeerTask.PromptTokens; i < PeerTask.PromptTokens + PeerTask.DecodeSteps; i++)
        {
            batch.Clear();
            batch.Add(PeerTask.TokenAt(i), i, LLamaSeqId.Zero, true);
            Decode(context, batch);
            _ = context.NativeHandle.GetLogitsIth(0)[0];
        }

        var decodeS = clock.GetElapsedTime(started).TotalSeconds;
        afterLast = context.NativeHandle.GetLogitsIth(0).ToArray();
        return new PeerTimes(prefillS, decodeS);
    }

    private static void Decode(LLamaContext context, LLamaBatch batch)
    {
        if (context.Decode(batch) is var result && result != DecodeResult.Ok)
        {
            throw new InvalidOperationException($"llama.cpp answered {result}");
        }
    }
}
