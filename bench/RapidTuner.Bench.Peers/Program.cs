using RapidTuner.Bench;
using RapidTuner.Bench.Peers;
using RapidTuner.Core.Errors;

#pragma warning disable RS0030 // The real clock of the measurements enters here.
var clock = TimeProvider.System;
#pragma warning restore RS0030

// The CPU engine beside llama.cpp and PyTorch: the same generated weights, the same tokens, as many threads. Logits, then tokens per second in turns.
try
{
    var options = new BenchOptions(args);
    var only = options.Text("only", "llama,torch").Split(',');
    var model = options.Text("model", "small-random");
    var rounds = (int)options.Number("rounds", 5);
    options.Check();
    var folder = Directory.CreateTempSubdirectory("rapidtuner-peers-").FullName;
    try
    {
        if (only.Contains("llama"))
        {
            LlamaPeer.Run(model, folder, rounds, clock, Console.Out);
        }

        if (only.Contains("torch"))
        {
            TorchPeer.Run(model, folder, rounds, clock, Console.Out);
        }
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }

    return 0;
}
catch (BadInputException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
