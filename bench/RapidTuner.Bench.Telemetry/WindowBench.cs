using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Writing;

namespace RapidTuner.Bench.Telemetry;

/// <summary>One day of windows, as the recorder makes them from a run, read back.</summary>
internal sealed class WindowBench(TwinScene scene, TextWriter output)
{
    private const int DaySeconds = 86_400;

    public void Run()
    {
        using var folder = new TempFolder();
        using var store = SqliteStore.Open(folder.Path, new SqliteStoreOptions(), Clock.System);
        var run = new RunRecord { OriginUs = KeptSamples.OriginUs };
        var windows = Windows();
        var batch = new TelemetryBatch(run);
        for (var second = 0; second < DaySeconds; second++)
        {
            batch.Windows.Add(windows[second % windows.Count] with { StartUs = KeptSamples.OriginUs + (second * Micros.PerS) });
        }

        store.Append(batch);
        store.Compact();
        var rows = 0;
        var readS = Clock.FastestS(3, () => rows = store.Read(TelemetryTables.Windows, new ReadRange { FromUs = KeptSamples.OriginUs, ToUs = KeptSamples.OriginUs + (DaySeconds * Micros.PerS), WidthS = 1 }).Count());
        output.WriteLine();
        output.WriteLine($"one day of 1 s windows, sqlite: {rows} rows read in {readS:F2} s; {(double)store.Size().UsedBytes / rows:F0} bytes a window");
    }

    private List<WindowRecord> Windows()
    {
        using var folder = new TempFolder();
        using var store = SqliteStore.Open(folder.Path, new SqliteStoreOptions(), Clock.System);
        var windows = new List<WindowRecord>();
        var options = new TelemetryOptions { VirtualTime = true, StepSampling = 1_000_000, OnWindow = w => windows.AddRange(w.WidthS == 1 ? [w] : []) };
        var recorder = new TelemetryRecorder(store, new RunRecord(), options, Clock.System);
        recorder.Start();
        scene.Run(recorder);
        recorder.StopAsync().GetAwaiter().GetResult();
        return windows;
    }
}
