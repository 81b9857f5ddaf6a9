using RapidTuner.Bench;
using RapidTuner.Bench.Telemetry;
using RapidTuner.Core.Errors;
using RapidTuner.Telemetry.Conformance;

// Prints the figures of the telemetry side by side. One command; --only runs a part.
const string parts = "stores,windows,engine,replay";
try
{
    var options = new BenchOptions(args);
    var workload = options.Text("workload", "../shared/workloads/azure-2023-conv.csv");
    var only = options.Text("only", parts).Split(',');
    var kills = (int)options.Number("kills", 1);
    var rounds = (int)options.Number("rounds", 3);
    var week = options.Text("week", "");
    var days = (int)options.Number("days", 7);
    options.Check();

    if (only.Contains(WeekBench.ReportPart))
    {
        WeekBench.Report(week, Console.Out);
        return 0;
    }

    if (only.Contains("week"))
    {
        using var folder = week.Length == 0 ? new TempFolder() : null;
        WeekBench.Run(folder?.Path ?? week, days, Console.Out);
        return 0;
    }

    var scene = TwinScene.Of(workload);
    var output = Console.Out;
    output.WriteLine($"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}; steps of mi300x + llama-3.1-70b under rapid, {scene.Trace.Name}, {scene.Trace.Requests.Length} requests");
    if (only.Contains("stores"))
    {
        new StoreBench(scene, rounds, output).Run();
    }

    if (only.Contains("windows"))
    {
        new WindowBench(scene, output).Run();
    }

    if (only.Contains("engine"))
    {
        EngineCostBench.Run(output);
    }

    if (only.Contains("replay"))
    {
        new ReplayCostBench(scene, rounds, output).Run();
    }

    if (only.Contains("kills"))
    {
        KillBench.Run(kills, output);
    }

    return 0;
}
catch (BadInputException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
