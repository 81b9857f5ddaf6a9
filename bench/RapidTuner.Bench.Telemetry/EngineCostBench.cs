using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Writing;

namespace RapidTuner.Bench.Telemetry;

/// <summary>What a report costs the engine's thread, while the background writer works, at a rate that the store keeps up with.</summary>
internal static class EngineCostBench
{
    private const int Reports = 8_000;
    private const int Bursts = 60;

    public static void Run(TextWriter output)
    {
        using var folder = new TempFolder();
        using var store = SqliteStore.Open(folder.Path, new SqliteStoreOptions(), Clock.System);
        var recorder = new TelemetryRecorder(store, new RunRecord { OriginUs = KeptSamples.OriginUs }, new TelemetryOptions(), Clock.System);
        recorder.Start();
        var step = new StepSample { Phase = Phase.Decode, EndS = 1, StartS = 0.98, Units = 96, DeviceUnits = 304, Split = new Split(208, 96), Work = StepWork.Decode(40, 100_000) };
        var seen = new Observation { NowS = 1, Split = step.Split, DecodeNext = step.Work };
        var decided = new Decision(step.Split, Reason.SmallestDecode);
        output.WriteLine();
        output.WriteLine($"cost to the engine, {Bursts} bursts of {Reports} reports, the writer at work; median burst");
        output.WriteLine($"{"report",-22} {"ns",8} {"bytes",8}");
        Report("a step", i => recorder.OnStep(step with { Seq = i, EndS = i * 0.01 }));
        Report("gaps of a batch", i => recorder.OnGaps(i * 0.01, 0.02, 40));
        Report("a decision not kept", i => recorder.OnDecision(in seen, in decided));
        recorder.StopAsync().GetAwaiter().GetResult();
        output.WriteLine($"dropped meanwhile: {recorder.Counters.Sum(c => c.Dropped)}");

        void Report(string name, Action<long> report)
        {
            var tookNs = new List<double>();
            var bytes = 0L;
            for (var burst = 0; burst < Bursts; burst++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var startedAt = Clock.System.GetTimestamp();
                for (var i = 0L; i < Reports; i++)
                {
                    report(i);
                }

                tookNs.Add(Clock.System.GetElapsedTime(startedAt).TotalNanoseconds / Reports);
                bytes = GC.GetAllocatedBytesForCurrentThread() - before;
                // The ring empties before the next burst, as between the steps of an engine.
                var waited = Clock.System.GetTimestamp();
                var spin = default(SpinWait);
                while (Clock.System.GetElapsedTime(waited).TotalSeconds < 0.12)
                {
                    spin.SpinOnce();
                }
            }

            tookNs.Sort();
            output.WriteLine($"{name,-22} {tookNs[Bursts / 2],8:F1} {(double)bytes / Reports,8:F1}");
        }
    }
}
