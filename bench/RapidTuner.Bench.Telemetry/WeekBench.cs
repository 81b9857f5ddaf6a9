using System.Diagnostics;
using System.Globalization;
using RapidTuner.Core.Catalogue;
using RapidTuner.Evaluation.Analysis;
using RapidTuner.Evaluation.Analysis.Writing;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Bench.Telemetry;

/// <summary>The report of days of one engine: wall time and peak memory, each part of it.</summary>
internal static class WeekBench
{
    /// <summary>The part of a command line that makes the report alone, in a process whose memory is the report's.</summary>
    public const string ReportPart = "week-report";

    /// <summary>Makes the store unless it is there, then the report in a process of its own.</summary>
    /// <param name="folder">Data folder; kept.</param>
    /// <param name="days">Days.</param>
    /// <param name="output">Takes the figures.</param>
    public static void Run(string folder, int days, TextWriter output)
    {
        if (!File.Exists(Path.Combine(folder, SqliteStoreOptions.FileName)))
        {
            var startedAt = Clock.System.GetTimestamp();
            var steps = WeekFile.Make(folder, days);
            output.WriteLine($"{days} days of one engine made in {Clock.System.GetElapsedTime(startedAt).TotalSeconds:F0} s: {steps:N0} steps in its windows");
        }

        using (var store = SqliteStore.Open(folder, new SqliteStoreOptions { ReadOnly = true }, Clock.System))
        {
            var rows = new[] { store.Read(TelemetryTables.Requests, ReadRange.Everything).LongCount(), store.Read(TelemetryTables.Windows, ReadRange.Everything).LongCount(), store.Read(TelemetryTables.Decisions, ReadRange.Everything).LongCount(), store.Read(TelemetryTables.Steps, ReadRange.Everything).LongCount() };
            output.WriteLine($"{store.Size().FileBytes / 1e6:N0} MB: {rows[0]:N0} requests, {rows[1]:N0} windows, {rows[2]:N0} decisions, {rows[3]:N0} step samples");
        }

        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[] { "--only", ReportPart, "--week", folder })
        {
            start.ArgumentList.Add(argument);
        }

        using var child = Process.Start(start)!;
        output.Write(child.StandardOutput.ReadToEnd());
        child.WaitForExit();
    }

    /// <summary>Makes the report in this process and says what it took.</summary>
    public static void Report(string folder, TextWriter output)
    {
        var catalogue = SpecCatalogue.Open();
        var parts = new List<(string Name, long At)>();
        var startedAt = Clock.System.GetTimestamp();
        using var store = SqliteStore.Open(folder, new SqliteStoreOptions { ReadOnly = true }, Clock.System);
        var report = new LogAnalysis(new AnalysisOptions(), Told).Run(store, run => new LogSite(catalogue.Device(run.Device), catalogue.Model(run.Model), catalogue.Stack("graphs")));
        using (var page = new StreamWriter(Path.Combine(folder, "report.html")))
        {
            AnalysisHtml.Write(report, page);
        }

        Told("end", 1);
        var wallS = Clock.System.GetElapsedTime(startedAt).TotalSeconds;
        using var process = Process.GetCurrentProcess();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"report: {wallS:F1} s, {Environment.CpuUsage.TotalTime.TotalSeconds:F1} s of processor time, peak {process.PeakWorkingSet64 / 1e6:N0} MB"));
        foreach (var (part, next) in parts.Zip(parts.Skip(1)))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {part.Name,-12} {Clock.System.GetElapsedTime(part.At, next.At).TotalSeconds,6:F1} s"));
        }

        void Told(string part, double done)
        {
            lock (parts)
            {
                if (parts.Count == 0 || parts[^1].Name != part)
                {
                    parts.Add((part, Clock.System.GetTimestamp()));
                }
            }
        }
    }
}
