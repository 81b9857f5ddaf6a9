using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Writing;

namespace RapidTuner.Bench.Telemetry;

/// <summary>A replay with logging against one without.</summary>
internal sealed class ReplayCostBench(TwinScene scene, int rounds, TextWriter output)
{
    public void Run()
    {
        var none = new NoObserver();
        scene.Run(none);
        // The three alternate, so that what else the machine does meets all of them.
        var (without, sampled, whole) = (new Took(), new Took(), new Took());
        for (var round = 0; round < rounds; round++)
        {
            without.Measure(() => scene.Run(none));
            sampled.Measure(() => Logged(16));
            whole.Measure(() => Logged(1));
        }

        output.WriteLine();
        output.WriteLine($"replay of the whole trace, least of {rounds}, the log opened, committed and closed within");
        output.WriteLine($"{"logging",-22} {"wall s",8} {"ratio",8} {"CPU s, all threads",20}");
        output.WriteLine($"{"none",-22} {without.WallS,8:F3} {1,8:F2} {without.CpuS,20:F3}");
        output.WriteLine($"{"1/16 (default)",-22} {sampled.WallS,8:F3} {sampled.WallS / without.WallS,8:F2} {sampled.CpuS,20:F3}");
        output.WriteLine($"{"1/1",-22} {whole.WallS,8:F3} {whole.WallS / without.WallS,8:F2} {whole.CpuS,20:F3}");
    }

    private void Logged(int sampling)
    {
        using var folder = new TempFolder();
        using var store = SqliteStore.Open(folder.Path, new SqliteStoreOptions(), Clock.System);
        var recorder = new TelemetryRecorder(store, new RunRecord(), new TelemetryOptions { VirtualTime = true, StepSampling = sampling }, Clock.System);
        recorder.Start();
        scene.Run(recorder);
        recorder.StopAsync().GetAwaiter().GetResult();
    }

    private sealed class Took
    {
        public double WallS { get; private set; } = double.MaxValue;

        public double CpuS { get; private set; } = double.MaxValue;

        public void Measure(Action work)
        {
            var startedCpu = Environment.CpuUsage.TotalTime;
            WallS = Math.Min(WallS, Clock.FastestS(1, work));
            CpuS = Math.Min(CpuS, (Environment.CpuUsage.TotalTime - startedCpu).TotalSeconds);
        }
    }
}
