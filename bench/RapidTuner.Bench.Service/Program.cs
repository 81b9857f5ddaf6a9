using System.Runtime.InteropServices;
using RapidTuner.Bench;
using RapidTuner.Bench.Service;
using RapidTuner.Core.Errors;

#pragma warning disable RS0030 // The real clock of the measurements enters here.
var clock = TimeProvider.System;
#pragma warning restore RS0030

// Prints the figures of the service. One command; --only runs a part.
try
{
    var options = new BenchOptions(args);
    var only = options.Text("only", "stream,start,idle,pages").Split(',');
    var pairs = options.Text("pairs", "mi300x+llama-3.1-70b,h200+qwen2.5-3b").Split(',');
    var clients = options.Text("clients", "16,256").Split(',').Select(int.Parse).ToArray();
    var (tokens, rounds) = ((int)options.Number("tokens", 200), (int)options.Number("rounds", 3));
    var program = options.Text("program", Path.Combine(AppContext.BaseDirectory, "rapidtuner.dll"));
    var (idleS, minutes) = (options.Number("idle-s", 15), options.Number("dashboard-minutes", 5));
    options.Check();
    var output = Console.Out;
    output.WriteLine($"{Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Path.GetFileName(program)}");
    if (only.Contains("stream"))
    {
        await new StreamBench(tokens, rounds, clock, output).RunAsync(pairs, clients);
    }

    var processes = new ProcessBench(program, clock, output);
    if (only.Contains("start"))
    {
        await processes.StartAsync(rounds + 2);
    }

    if (only.Contains("idle"))
    {
        await processes.IdleAsync(TimeSpan.FromSeconds(idleS));
    }

    if (only.Contains("pages"))
    {
        await processes.PagesAsync();
    }

    if (only.Contains("dashboard"))
    {
        await processes.DashboardAsync(minutes);
    }

    return 0;
}
catch (BadInputException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
