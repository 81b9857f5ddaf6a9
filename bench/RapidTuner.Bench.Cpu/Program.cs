using System.Runtime.InteropServices;
using RapidTuner.Bench;
using RapidTuner.Bench.Cpu;
using RapidTuner.Core.Errors;

#pragma warning disable RS0030 // The real clock of the measurements enters here.
var clock = TimeProvider.System;
#pragma warning restore RS0030

// Prints the figures of the CPU engine. One command; --only runs a part.
try
{
    var options = new BenchOptions(args);
    var only = options.Text("only", "gemm,decode,learning,policies").Split(',');
    var rounds = (int)options.Number("rounds", 5);
    var runS = options.Number("run-s", 4);
    var logS = options.Number("log-s", 20);
    var rateShare = options.Number("rate-share", 0.6);
    options.Check();
    var output = Console.Out;
    output.WriteLine($"{Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}");
    if (only.Contains("gemm"))
    {
        GemmBench.Run(10 * rounds, output);
    }

    if (only.Contains("decode"))
    {
        DecodeBench.Run(3 * rounds, clock, output);
    }

    if (only.Contains("learning") || only.Contains("policies"))
    {
        using var scene = new EngineScene(rateShare, clock);
        output.WriteLine();
        output.WriteLine(scene);
        var trained = LearningBench.Run(scene, logS, clock, output);
        if (only.Contains("policies"))
        {
            PolicyBench.Run(scene, trained, rounds, runS, output);
        }
    }

    return 0;
}
catch (BadInputException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
