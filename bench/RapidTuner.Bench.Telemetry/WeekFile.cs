using RapidTuner.Control.Policies;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;
using RapidTuner.Engine;
using RapidTuner.Engine.Twin;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Writing;

namespace RapidTuner.Bench.Telemetry;

/// <summary>
/// The store that a service leaves after days: one day of the twin, its rate rising and falling with the hour, recorded as a service records it, laid
/// behind itself day after day; then retention with its defaults.
/// </summary>
internal static class WeekFile
{
    private const string Device = "h200";
    private const string Model = "llama-3.1-8b";
    private const double ItlLimitS = 0.05;
    private const double DayS = 86_400;
    private const double MeanRps = 5;
    private const int StepSampling = 100;
    private const int BatchRows = 10_000;

    /// <summary>Makes it.</summary>
    /// <param name="folder">Data folder.</param>
    /// <param name="days">Days.</param>
    /// <returns>Steps that the engine took, kept or seen by windows alone.</returns>
    public static long Make(string folder, int days)
    {
        var dayFolder = Path.Combine(folder, "day");
        var stepsADay = 0L;
        using (var day = SqliteStore.Open(dayFolder, new SqliteStoreOptions(), Clock.System))
        using (var store = SqliteStore.Open(folder, new SqliteStoreOptions(), Clock.System))
        {
            stepsADay = Record(day);
            var run = day.Read(TelemetryTables.Runs, ReadRange.Everything).Single();
            var batch = new TelemetryBatch(run with { Seq = 0 });
            for (var d = 0; d < days; d++)
            {
                Lay(day, store, batch, d);
            }

            store.Retain(new Retention(), KeptSamples.OriginUs + Micros.FromS(days * DayS));
            store.Compact();
        }

        Directory.Delete(dayFolder, recursive: true);
        return days * stepsADay;
    }

    private static long Record(SqliteStore store)
    {
        var catalogue = SpecCatalogue.Open();
        var (device, model) = (catalogue.Device(Device), catalogue.Model(Model));
        var cost = new CostModel(device, model, catalogue.Stack("graphs"), 1, CostOptions.Default);
        var context = new PolicyContext { Grid = UnitGrid.Of(device), ItlLimitS = ItlLimitS, Latency = cost, Palette = device.DefaultPalette() };
        var policy = PolicyFactory.Create("rapid", context);
        var options = new EngineOptions
        {
            DeviceUnits = device.Units,
            KvBlocks = MemoryPlan.For(device, model, 1, policy.Palette).KvBlocks,
            ContextTokens = model.ContextTokens,
            ItlLimitS = ItlLimitS,
        };
        var record = new RunRecord { OriginUs = KeptSamples.OriginUs, Engine = "twin", Device = Device, Model = Model, Policy = "rapid", Version = "bench" };
        var recorder = new TelemetryRecorder(store, record, new TelemetryOptions { VirtualTime = true, StepSampling = StepSampling }, Clock.System);
        recorder.Start();
        var counter = new StepCounter();
        var engine = new TwinEngine(options, cost, policy, new ObserverFan(recorder, counter), seed: 1, new TwinOptions());
        foreach (var request in Day())
        {
            engine.Submit(in request, Math.Max(0.5, request.PromptTokens / 2000.0));
            engine.AdvanceTo(request.ArrivalS);
        }

        engine.Drain();
        recorder.StopAsync().GetAwaiter().GetResult();
        return counter.Steps;
    }

    // Poisson, a third of the mean at night and the rest by day.
    private static IEnumerable<TraceRequest> Day()
    {
        var lengths = SyntheticLoad.Of(50_000, 1, seed: 1).Requests;
        var arrivals = new Rng(1, "arrivals");
        var atS = 0.0;
        for (var i = 0; ; i++)
        {
            var rate = MeanRps * (1 - (0.67 * Math.Cos(2 * Math.PI * atS / DayS)));
            atS += arrivals.NextExponential() / rate;
            if (atS > DayS - 120)
            {
                yield break;
            }

            yield return lengths[i % lengths.Length] with { ArrivalS = atS };
        }
    }

    private static Observation Later(in Observation seen, double byS) => seen with
    {
        NowS = seen.NowS + byS,
        SplitSinceS = seen.SplitSinceS + byS,
        PrefillOldestArrivalS = seen.PrefillOldestArrivalS + byS,
        PrefillStartedS = seen.PrefillStartedS + byS,
        DecodeJoiningSinceS = seen.DecodeJoiningSinceS + byS,
        DecodeLastTokenS = seen.DecodeLastTokenS + byS,
        DecodeStartedS = seen.DecodeStartedS + byS,
    };

    private static void Lay(SqliteStore from, SqliteStore to, TelemetryBatch batch, int day)
    {
        var byUs = Micros.FromS(day * DayS);
        var requests = from.Acknowledged["requests"];
        Copy(TelemetryTables.Steps, batch.Steps, s => s with { EndUs = s.EndUs + byUs });
        Copy(TelemetryTables.Gaps, batch.Gaps, g => g with { AtUs = g.AtUs + byUs });
        Copy(TelemetryTables.Requests, batch.Requests, r => r with
        {
            Request = r.Request + (day * requests),
            ArrivalUs = r.ArrivalUs + byUs,
            FirstScheduledUs = r.FirstScheduledUs + byUs,
            FirstTokenUs = r.FirstTokenUs + byUs,
            FinishUs = r.FinishUs + byUs,
        });
        Copy(TelemetryTables.Windows, batch.Windows, w => w with { StartUs = w.StartUs + byUs });
        Copy(TelemetryTables.Decisions, batch.Decisions, d => d with { AtUs = d.AtUs + byUs, Seen = Later(d.Seen, day * DayS) });

        void Copy<T>(Table<T> table, List<T> list, Func<T, T> shift)
        {
            foreach (var record in from.Read(table, ReadRange.Everything))
            {
                list.Add(shift(record));
                if (list.Count == BatchRows)
                {
                    to.Append(batch);
                    batch.Clear();
                }
            }

            to.Append(batch);
            batch.Clear();
        }
    }
}
