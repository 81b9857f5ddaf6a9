using System.Diagnostics;
using RapidTuner.Core.Numerics;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Conformance;

/// <summary>Kills a process that writes to a store, over and over, and looks each time whether everything acknowledged is there.</summary>
internal static class CrashTrial
{
    /// <param name="writerArguments">What the writer is told.</param>
    /// <param name="open">Opens the same store.</param>
    /// <param name="kills">How often.</param>
    public static void Run(string[] writerArguments, Func<ITelemetryStore> open, int kills)
    {
        var rng = new Rng(1, "kills");
        for (var kill = 0; kill < kills; kill++)
        {
            var (steps, gaps, requests) = WriteAndKill(writerArguments, acknowledgements: 1 + rng.NextInt(6));
            using var store = open();
            var acknowledged = store.Acknowledged;
            Demand(acknowledged["steps"] >= steps && acknowledged["gaps"] >= gaps && acknowledged["requests"] >= requests, "less is acknowledged than the writer said");
            Check(store.Read(TelemetryTables.Steps, ReadRange.Everything).Select(s => s.Seq), acknowledged["steps"]);
            Check(store.Read(TelemetryTables.Gaps, ReadRange.Everything).Select(s => s.Seq), acknowledged["gaps"]);
            Check(store.Read(TelemetryTables.Requests, ReadRange.Everything).Select(s => s.Seq), acknowledged["requests"]);
            Demand(store.Read(TelemetryTables.Runs, ReadRange.Everything).Count() == kill + 1, "a run is missing");
        }
    }

    // No row is missing among those acknowledged, and no row is there that is not.
    private static void Check(IEnumerable<long> seqs, long acknowledged)
    {
        var expected = 0L;
        foreach (var seq in seqs)
        {
            Demand(seq == ++expected, $"row {expected} is missing");
        }

        Demand(acknowledged == expected, $"{acknowledged} rows are acknowledged, {expected} are there");
    }

    private static (long Steps, long Gaps, long Requests) WriteAndKill(string[] writerArguments, int acknowledgements)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "RapidTuner.Bench.CrashWriter.dll"));
        foreach (var argument in writerArguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var writer = Process.Start(start)!;
        string? last = null;
        for (var i = 0; i < acknowledgements; i++)
        {
            last = writer.StandardOutput.ReadLine();
            Demand(last is not null, $"the writer ended by itself: {(last is null ? writer.StandardError.ReadToEnd() : "")}");
        }

        writer.Kill();
        // What it had said before it died counts too; a line cut short does not.
        var rest = writer.StandardOutput.ReadToEnd();
        writer.WaitForExit();
        var whole = rest.LastIndexOf('\n') is var end and >= 0 ? rest[..end].Split('\n')[^1] : last!;
        var numbers = whole.Split(' ').Select(long.Parse).ToArray();
        return (numbers[0], numbers[1], numbers[2]);
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
