using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Writing;

namespace RapidTuner.Bench.Telemetry;

/// <summary>A replay with logging against one without, and where the difference goes.</summary>
internal sealed class ReplayCostBench(TwinScene scene, int rounds, TextWriter output)
{
    public void Run()
    {
        var none = new NoObserver();
        scene.Run(none);
        using var forgetful = new ForgetfulStore();
        (string Name, Action Work, Took Took)[] kinds =
        [
            ("none", () => scene.Run(none), new Took()),
            ("a store opened, closed", () => Logged(16, _ => { }), new Took()),
            ("1/16, nothing stored", () => Observed(forgetful, 16, scene.Run), new Took()),
            ("1/16 (default)", () => Logged(16, scene.Run), new Took()),
            ("1/1", () => Logged(1, scene.Run), new Took()),
        ];
        // They alternate, so that what else the machine does meets all of them.
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (_, work, took) in kinds)
            {
                took.Measure(work);
            }
        }

        output.WriteLine();
        output.WriteLine($"replay of the whole trace, least of {rounds}, the log opened, committed and closed within");
        output.WriteLine($"{"logging",-24} {"wall s",8} {"ratio",8} {"CPU s, all threads",20}");
        foreach (var (name, _, took) in kinds)
        {
            output.WriteLine($"{name,-24} {took.WallS,8:F3} {took.WallS / kinds[0].Took.WallS,8:F2} {took.CpuS,20:F3}");
        }

        using var counted = new ForgetfulStore();
        Observed(counted, 16, scene.Run);
        output.WriteLine($"rows at 1/16: {string.Join(", ", counted.Acknowledged.Where(r => r.Value > 0).Select(r => $"{r.Value} {r.Key}"))}");
    }

    private static void Logged(int sampling, Action<IEngineObserver> run)
    {
        using var folder = new TempFolder();
        using var store = SqliteStore.Open(folder.Path, new SqliteStoreOptions(), Clock.System);
        Observed(store, sampling, run);
    }

    private static void Observed(ITelemetryStore store, int sampling, Action<IEngineObserver> run)
    {
        var recorder = new TelemetryRecorder(store, new RunRecord(), new TelemetryOptions { VirtualTime = true, StepSampling = sampling }, Clock.System);
        recorder.Start();
        run(recorder);
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
