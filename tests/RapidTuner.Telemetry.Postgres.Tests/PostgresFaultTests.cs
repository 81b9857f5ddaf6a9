using System.IO.Compression;
using Npgsql;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Writing;

namespace RapidTuner.Telemetry.Postgres.Tests;

public sealed class PostgresFaultTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    [StoreFact]
    public async Task ServerStoppedAndStartedUnderLoad_NothingIsLost()
    {
        using var store = PostgresStore.Open(fixture.NewSchema());
        var notices = new System.Collections.Concurrent.ConcurrentQueue<StoreNotice>();
        var failing = new ManualResetEventSlim();
        var recovered = new ManualResetEventSlim();
        void Tell(StoreNotice notice)
        {
            notices.Enqueue(notice);
            (notice.Kind == StoreNoticeKind.Failing ? failing : recovered).Set();
        }

        await using var recorder = new TelemetryRecorder(store, SampleMaker.Run(), new TelemetryOptions { OnNotice = Tell, PatienceS = 60 }, TimeProvider.System);
        recorder.Start();
        var maker = new SampleMaker(1);
        Report(recorder, maker, 1000);
        fixture.Server.Stop();
        Report(recorder, maker, 1000);
        Assert.True(failing.Wait(TimeSpan.FromSeconds(60)));
        fixture.Server.Resume();
        Assert.True(recovered.Wait(TimeSpan.FromSeconds(60)));
        Report(recorder, maker, 1000);
        await recorder.StopAsync();

        Assert.All(recorder.Counters, c => Assert.Equal(0, c.Dropped));
        Assert.Equal(Enumerable.Range(1, 3000).Select(i => (long)i), store.Read(TelemetryTables.Steps, ReadRange.Everything).Select(s => s.Seq));
        Assert.Equal([StoreNoticeKind.Failing, StoreNoticeKind.Recovered], notices.Select(n => n.Kind));
    }

    [StoreFact]
    public void TwoServices_OneSchema_ShareSafely()
    {
        var options = fixture.NewSchema();
        using var one = PostgresStore.Open(options);
        using var two = PostgresStore.Open(options);
        var batches = ((int[])[1, 2]).Select(seed => new SampleMaker((ulong)seed).Batch(SampleMaker.Run(), 50)).ToArray();
        var threads = ((ITelemetryStore[])[one, two]).Select((store, i) => new Thread(() =>
        {
            for (var n = 0; n < 10; n++)
            {
                store.Append(batches[i]);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        var steps = one.Read(TelemetryTables.Steps, ReadRange.Everything).ToList();
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (long)i), steps.Select(s => s.Seq));
        Assert.Equal([500, 500], steps.GroupBy(s => s.Run).Select(g => g.Count()));
        Assert.Equal(1, one.Save(new Records.ModelRecord { Id = "a" }));
        Assert.Equal(1, two.Save(new Records.ModelRecord { Id = "a" }));
        Assert.Equal(2, two.Save(new Records.ModelRecord { Id = "b" }));
    }

    [StoreFact]
    public void KilledThreeTimes_EverythingAcknowledgedIsThere()
    {
        var options = fixture.NewSchema();
        CrashTrial.Run(["postgres", options.ConnectionString, options.Schema], () => PostgresStore.Open(options), kills: 3);
    }

    [StoreFact]
    public void Open_SchemaFromTheFuture_IsRefused()
    {
        var options = fixture.NewSchema();
        PostgresStore.Open(options).Dispose();
        Execute(options, $"INSERT INTO {options.Schema}.schema_version VALUES (99)");
        Assert.Equal(StoreFault.Newer, Assert.Throws<StoreException>(() => PostgresStore.Open(options)).Fault);
    }

    [StoreFact]
    public void Open_Version1_IsBroughtUpToDateWithItsRowsAndItsBackups()
    {
        var options = fixture.NewSchema();
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using (var store = PostgresStore.Open(options))
        {
            store.Append(new SampleMaker(1).Batch(SampleMaker.Run(), 10));
            store.Backup(path);
        }

        Execute(options, $"ALTER TABLE {options.Schema}.runs DROP COLUMN tensor_parallel, DROP COLUMN stack, DROP COLUMN slo_tier; DELETE FROM {options.Schema}.schema_version WHERE version > 1");
        try
        {
            AsOfVersion1(options, path);
            using var store = PostgresStore.Open(options);
            var migrated = Assert.Single(store.Read(TelemetryTables.Runs, ReadRange.Everything));
            Assert.Equal((null, "", "", "mi300x"), (migrated.TensorParallel, migrated.Stack, migrated.SloTier, migrated.Device));
            store.Append(new SampleMaker(2).Batch(SampleMaker.Run(), 10));
            store.Restore(path);
            Assert.Equal(migrated, Assert.Single(store.Read(TelemetryTables.Runs, ReadRange.Everything)));
            Assert.Equal(10, store.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [StoreFact]
    public void Open_NoServer_SaysWhere()
    {
        var refused = Assert.Throws<StoreException>(() => PostgresStore.Open(new PostgresStoreOptions { ConnectionString = "Host=/nowhere;Database=x;Timeout=1" }));
        Assert.Equal(StoreFault.Unavailable, refused.Fault);
        Assert.Contains("/nowhere", refused.Message, StringComparison.Ordinal);
    }

    [StoreFact]
    public void Open_BadOptions_NamesAll() =>
        Assert.Equal(2, Assert.Throws<Core.Errors.BadInputException>(() => PostgresStore.Open(new PostgresStoreOptions { Schema = "x; drop" })).Problems.Count);

    [StoreFact]
    public void Append_TwoDays_GoToTwoPartitions()
    {
        var options = fixture.NewSchema();
        using var store = PostgresStore.Open(options);
        store.Append(new SampleMaker(1).Batch(SampleMaker.Run(), 10));
        store.Append(new SampleMaker(1).Batch(SampleMaker.Run(SampleMaker.OriginUs + (86_400L * 1_000_000)), 10));
        Assert.Equal("steps_20260921 steps_20260922", Query(options, $"SELECT string_agg(inhrelid::regclass::text, ' ' ORDER BY inhrelid) FROM pg_inherits WHERE inhparent = '{options.Schema}.steps'::regclass").Replace(options.Schema + ".", "", StringComparison.Ordinal));
    }

    /// <summary>Makes of a backup what version 1 would have written: its manifest, and runs as they stand in the schema now.</summary>
    private static void AsOfVersion1(PostgresStoreOptions options, string path)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        var manifest = zip.GetEntry("manifest.json")!;
        using var reader = new StreamReader(manifest.Open());
        var text = reader.ReadToEnd().Replace("\"Version\":2", "\"Version\":1", StringComparison.Ordinal);
        reader.Dispose();
        manifest.Delete();
        using (var writer = new StreamWriter(zip.CreateEntry("manifest.json").Open()))
        {
            writer.Write(text);
        }

        zip.GetEntry("runs")!.Delete();
        using var connection = new NpgsqlConnection(options.ConnectionString);
        connection.Open();
        using var rows = connection.BeginRawBinaryCopy($"COPY {options.Schema}.runs TO STDOUT (FORMAT BINARY)");
        using var entry = zip.CreateEntry("runs").Open();
        rows.CopyTo(entry);
    }

    private static void Report(TelemetryRecorder recorder, SampleMaker maker, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            var step = maker.Step();
            recorder.OnStep(in step);
        }
    }

    private static string Query(PostgresStoreOptions options, string sql)
    {
        using var source = NpgsqlDataSource.Create(options.ConnectionString);
        using var command = source.CreateCommand(sql);
        return command.ExecuteScalar()?.ToString() ?? "";
    }

    private static void Execute(PostgresStoreOptions options, string sql)
    {
        using var source = NpgsqlDataSource.Create(options.ConnectionString);
        using var command = source.CreateCommand(sql);
        command.ExecuteNonQuery();
    }
}
