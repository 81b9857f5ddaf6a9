using RapidTuner.Telemetry.Conformance;
#if FULL_EDITION
using RapidTuner.Telemetry.LiteDb;
#endif
using RapidTuner.Telemetry.Postgres;
using RapidTuner.Telemetry.Postgres.Tests;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Bench.Telemetry;

/// <summary>Step samples appended per second and bytes per step on disk, each store beside the plain way of doing it.</summary>
internal sealed class StoreBench(TwinScene scene, int rounds, TextWriter output)
{
    private const int StepsMax = 400_000;
    private const int BatchSteps = 10_000;

    public void Run()
    {
        var kept = new KeptSamples();
        scene.Run(kept);
        var steps = kept.Steps.Take(StepsMax).ToList();
        output.WriteLine();
        output.WriteLine($"{steps.Count} steps, {BatchSteps} a batch, each batch committed; fastest of {rounds}");
        output.WriteLine($"{"store",-34} {"steps/s",12} {"bytes/step",11}");
        Sqlite(steps);
        PlainSqlite(steps);
        LiteDb(steps);
        Postgres(steps);
        Gaps(kept, steps.Count);
    }

    private void Sqlite(List<StepRecord> steps)
    {
        var bytes = 0.0;
        var fastestS = double.MaxValue;
        for (var round = 0; round < rounds; round++)
        {
            using var folder = new TempFolder();
            using var store = SqliteStore.Open(folder.Path, new SqliteStoreOptions(), Clock.System);
            var empty = store.Size().FileBytes;
            fastestS = Math.Min(fastestS, Clock.FastestS(1, () => Append(store, steps)));
            store.Compact();
            bytes = store.Size().UsedBytes - empty;
        }

        Print("sqlite", steps.Count, fastestS, bytes);
    }

    private void PlainSqlite(List<StepRecord> steps)
    {
        var (fastestS, bytes) = (double.MaxValue, 0.0);
        for (var round = 0; round < rounds; round++)
        {
            using var folder = new TempFolder();
            using var plain = new PlainSqlite(folder.File("plain.db"));
            fastestS = Math.Min(fastestS, Clock.FastestS(1, () => plain.Append(steps, BatchSteps)));
            bytes = plain.Checkpoint();
        }

        Print("  ADO.NET, one column a field", steps.Count, fastestS, bytes);
    }

    private void LiteDb(List<StepRecord> steps)
    {
#if FULL_EDITION
        var (ours, plain, bytes) = (double.MaxValue, double.MaxValue, 0.0);
        // They alternate, so that what else the machine does meets both.
        for (var round = 0; round < rounds; round++)
        {
            using var folder = new TempFolder();
            using var bulk = new PlainLiteDb(folder.File("plain.litedb"));
            var documents = PlainLiteDb.Documents(steps);
            plain = Math.Min(plain, Clock.FastestS(1, () => bulk.InsertBulk(documents, BatchSteps)));
            using var store = LiteDbStore.Open(folder.File("data"), new LiteDbStoreOptions(), Clock.System);
            ours = Math.Min(ours, Clock.FastestS(1, () => Append(store, steps)));
            store.Compact();
            bytes = store.Size().UsedBytes;
        }

        Print("litedb", steps.Count, ours, bytes);
        Print("  InsertBulk of ready documents", steps.Count, plain, double.NaN);
#else
        output.WriteLine($"{"litedb",-34} not measured: it is in the full edition ({steps.Count} steps wait for it)");
#endif
    }

    private void Postgres(List<StepRecord> steps)
    {
        if (PostgresServer.Programs is null)
        {
            output.WriteLine($"{"postgresql",-34} not measured: no server is installed");
            return;
        }

        using var server = PostgresServer.Start();
        var (fastestS, bytes) = (double.MaxValue, 0.0);
        for (var round = 0; round < rounds; round++)
        {
            using var store = PostgresStore.Open(new PostgresStoreOptions { ConnectionString = server.ConnectionString, Schema = $"round_{round}" });
            var empty = store.Size().FileBytes;
            fastestS = Math.Min(fastestS, Clock.FastestS(1, () => Append(store, steps)));
            bytes = store.Size().FileBytes - empty;
        }

        Print("postgresql, Unix socket", steps.Count, fastestS, bytes);
    }

    private void Gaps(KeptSamples kept, int steps)
    {
        using var folder = new TempFolder();
        using var store = SqliteStore.Open(folder.Path, new SqliteStoreOptions(), Clock.System);
        var empty = store.Size().FileBytes;
        var batch = new TelemetryBatch(new RunRecord { OriginUs = KeptSamples.OriginUs });
        batch.Gaps.AddRange(kept.Gaps);
        store.Append(batch);
        store.Compact();
        var gapBytes = store.Size().UsedBytes - empty;
        batch.Clear();
        batch.Requests.AddRange(kept.Requests);
        store.Append(batch);
        store.Compact();
        output.WriteLine($"beside them, sqlite: {(double)gapBytes / kept.Gaps.Count:F1} bytes a row of gaps ({(double)kept.Gaps.Count / kept.Steps.Count:F2} rows a step), {(double)(store.Size().UsedBytes - empty - gapBytes) / kept.Requests.Count:F1} bytes a request");
    }

    private static void Append(ITelemetryStore store, List<StepRecord> steps)
    {
        var batch = new TelemetryBatch(new RunRecord { OriginUs = KeptSamples.OriginUs });
        for (var at = 0; at < steps.Count; at += BatchSteps)
        {
            batch.Steps.AddRange(steps.GetRange(at, Math.Min(BatchSteps, steps.Count - at)));
            store.Append(batch);
            batch.Clear();
        }
    }

    private void Print(string name, int steps, double seconds, double bytes) =>
        output.WriteLine($"{name,-34} {steps / seconds,12:N0} {bytes / steps,11:F1}");
}
