using System.Runtime.InteropServices;
using RapidTuner.Bench;
using RapidTuner.Bench.Cpu;
using RapidTuner.Core.Errors;

// Prints the figures of the CPU engine. One command; --only runs a part.
try
{
    var options = new BenchOptions(args);
    var only = options.Text("only", "gemm").Split(',');
    var rounds = (int)options.Number("rounds", 40);
    options.Check();
    var output = Console.Out;
    output.WriteLine($"{Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}");
    if (only.Contains("gemm"))
    {
        GemmBench.Run(rounds, output);
    }

    return 0;
}
catch (BadInputException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
