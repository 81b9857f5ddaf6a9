using Microsoft.Data.Sqlite;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite.Schema;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Sqlite.Tests;

public sealed class SqliteFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<StoreNotice> _notices = [];

    private string Data => _folder.File("data");

    private string Database => Path.Combine(Data, "telemetry.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void KilledTenTimes_EverythingAcknowledgedIsThere()
    {
        CrashTrial.Run(["sqlite", Data], () => Open(), kills: 10);
        Assert.Equal("ok", Query("PRAGMA integrity_check"));
    }

    [Fact]
    public void Append_Full_RefusesWholeBatchesAndRecovers()
    {
        using var store = Open(new SqliteStoreOptions { PagesMax = 100 });
        var maker = new SampleMaker(1);
        var batch = maker.Batch(SampleMaker.Run(), 500);
        var committed = 0;
        StoreException? fault = null;
        while (fault is null)
        {
            fault = Record.Exception(() => store.Append(batch)) as StoreException;
            committed += fault is null ? 500 : 0;
        }

        Assert.Equal(StoreFault.Unavailable, fault.Fault);
        Assert.Equal(committed, store.Acknowledged["steps"]);
        Assert.Equal(committed, store.Read(TelemetryTables.Steps, ReadRange.Everything).Count());

        // Room comes back, by a smaller budget here; the batch that was refused goes in now.
        store.Retain(new Retention { BudgetBytes = 1 << 18 }, SampleMaker.OriginUs);
        store.Append(batch);
        Assert.Equal(committed + 500, store.Acknowledged["steps"]);
    }

    [MountFact]
    public void Append_FileSystemFull_RefusesAndRecovers()
    {
        using var disk = new SmallDisk(_folder.File("disk"), "size=600k");
        using var store = SqliteStore.Open(disk.Path, new SqliteStoreOptions(), TimeProvider.System);
        var maker = new SampleMaker(2);
        var batch = maker.Batch(SampleMaker.Run(), 200);
        StoreException? fault = null;
        while (fault is null)
        {
            fault = Record.Exception(() => store.Append(batch)) as StoreException;
        }

        var committed = store.Acknowledged["steps"];
        Assert.Equal(committed, store.Read(TelemetryTables.Steps, ReadRange.Everything).Count());

        disk.Grow("size=8m");
        store.Append(batch);

        Assert.Equal(committed + 200, store.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
    }

    [MountFact]
    public void Open_ReadOnlyDirectory_IsRefusedAndReadable()
    {
        using var disk = new SmallDisk(_folder.File("disk"), "size=8m");
        using (var store = SqliteStore.Open(disk.Path, new SqliteStoreOptions(), TimeProvider.System))
        {
            store.Append(new SampleMaker(3).Batch(SampleMaker.Run(), 100));
        }

        disk.Grow("ro");

        var refused = Assert.Throws<StoreException>(() => SqliteStore.Open(disk.Path, new SqliteStoreOptions(), TimeProvider.System));
        Assert.Equal(StoreFault.ReadOnly, refused.Fault);
        using var reader = SqliteStore.Open(disk.Path, new SqliteStoreOptions { ReadOnly = true }, TimeProvider.System);
        Assert.Equal(100, reader.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
    }

    [Fact]
    public void Open_DirectoryThatCannotBeMade_IsRefused()
    {
        File.WriteAllText(Data, "a file where the directory should be");
        Assert.Equal(StoreFault.ReadOnly, Assert.Throws<StoreException>(() => Open()).Fault);
    }

    [Theory]
    [InlineData(0, 4096)]
    [InlineData(4096, 40_000)]
    public void Open_DamagedFile_SetsItAsideAndGoesOn(int fromByte, int bytes)
    {
        using (var store = Open())
        {
            store.Append(new SampleMaker(4).Batch(SampleMaker.Run(), 2000));
        }

        Damage(fromByte, bytes);
        using var again = Open();
        again.Append(new SampleMaker(5).Batch(SampleMaker.Run(), 10));

        Assert.Equal(StoreNoticeKind.SetAside, Assert.Single(_notices).Kind);
        Assert.Equal(10, again.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
        Assert.Single(Directory.GetFiles(Data, "telemetry.db.corrupt-*"));
    }

    [Fact]
    public void Append_FileDamagedMeanwhile_SetsItAsideAndGoesOn()
    {
        using var store = Open();
        store.Append(new SampleMaker(6).Batch(SampleMaker.Run(), 2000));
        store.Compact();
        Damage(4096, 60_000);

        // The writer's cache hides the damage; a reader meets it.
        Assert.Equal(StoreFault.Corrupt, Assert.Throws<StoreException>(() => store.Read(TelemetryTables.Steps, ReadRange.Everything).Count()).Fault);
        var batch = new SampleMaker(7).Batch(SampleMaker.Run(), 100);
        store.Append(batch);

        Assert.Contains(_notices, n => n.Kind == StoreNoticeKind.SetAside);
        Assert.True(store.Acknowledged["steps"] > 2000);
        store.Append(batch);
        Assert.Equal(store.Acknowledged["steps"], store.Read(TelemetryTables.Steps, ReadRange.Everything).Last().Seq);
    }

    [Fact]
    public void Append_FileDeletedMeanwhile_BeginsANewOne()
    {
        using var store = Open();
        var maker = new SampleMaker(8);
        store.Append(maker.Batch(SampleMaker.Run(), 10));
        Directory.Delete(Data, recursive: true);

        store.Append(maker.Batch(SampleMaker.Run(), 10));

        Assert.Single(_notices);
        Assert.Equal(20, store.Read(TelemetryTables.Steps, ReadRange.Everything).Last().Seq);
    }

    [Fact]
    public void Append_LockedByAnother_FailsThenGoesOn()
    {
        using var store = Open();
        var batch = new SampleMaker(9).Batch(SampleMaker.Run(), 10);
        store.Append(batch);
        using (var other = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            other.Open();
            Execute(other, "BEGIN EXCLUSIVE");
            Assert.Equal(StoreFault.Unavailable, Assert.Throws<StoreException>(() => store.Append(batch)).Fault);
            Execute(other, "ROLLBACK");
        }

        store.Append(batch);
        Assert.Equal(20, store.Acknowledged["steps"]);
    }

    [Fact]
    public void Open_SecondWriter_IsRefusedAndReadersShare()
    {
        using var store = Open();
        store.Append(new SampleMaker(10).Batch(SampleMaker.Run(), 10));

        var refused = Assert.Throws<StoreException>(() => Open());
        Assert.Equal(StoreFault.InUse, refused.Fault);
        Assert.Contains(Database, refused.Message, StringComparison.Ordinal);
        using var reader = Open(new SqliteStoreOptions { ReadOnly = true });
        Assert.Equal(10, reader.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
        Assert.Equal(10, reader.Acknowledged["steps"]);
        Assert.Throws<StoreException>(() => reader.Append(new TelemetryBatch(SampleMaker.Run())));
    }

    [Fact]
    public void Open_SchemaFromTheFuture_IsRefusedUntouched()
    {
        Open().Dispose();
        Query("PRAGMA user_version = 99");
        var refused = Assert.Throws<StoreException>(() => Open());
        Assert.Equal(StoreFault.Newer, refused.Fault);
        Assert.Equal("99", Query("PRAGMA user_version"));
        Assert.Throws<StoreException>(() => Open(new SqliteStoreOptions { ReadOnly = true }));
    }

    [Fact]
    public void Open_AnotherProgramsFile_IsRefusedUntouched()
    {
        Directory.CreateDirectory(Data);
        Query("CREATE TABLE theirs (x)");
        Assert.Equal(StoreFault.Foreign, Assert.Throws<StoreException>(() => Open()).Fault);
        Assert.Equal("theirs", Query("SELECT name FROM sqlite_master"));
    }

    [Fact]
    public void Open_EveryEarlierVersion_IsBroughtUpToDateWithItsRows()
    {
        for (var version = 1; version <= SqliteSchema.Latest; version++)
        {
            using var folder = new TempFolder();
            var path = folder.File("telemetry.db");
            SqliteSchemaFixture.Make(path, version);
            using var store = SqliteStore.Open(folder.Path, new SqliteStoreOptions { OnNotice = _notices.Add }, TimeProvider.System);

            Assert.Equal(version < SqliteSchema.Latest ? 1 : 0, _notices.Count(n => n.Kind == StoreNoticeKind.Migrated));
            var steps = store.Read(TelemetryTables.Steps, ReadRange.Everything).ToList();
            Assert.Equal([(40L, 7, 1, 512, 51_200L + (512 * 513 / 2), 0), (41, 7, 2, 512, 12_345, 10_000)], steps.Select(s => (s.Seq, s.DecodeSequences, s.PrefillSequences, s.PrefillNewTokens, s.PrefillAttentionPairs, s.BesideShareE4)));
            Assert.Equal("champion", Assert.Single(store.Read(TelemetryTables.Models, ReadRange.Everything)).Status);
            var run = Assert.Single(store.Read(TelemetryTables.Runs, ReadRange.Everything));
            Assert.Equal(version < 3 ? (null, "", "") : (2, "graphs", "tight"), (run.TensorParallel, run.Stack, run.SloTier));
            store.Append(new SampleMaker(11).Batch(SampleMaker.Run(), 10));
            Assert.Equal(51, store.Acknowledged["steps"]);
            _notices.Clear();
        }
    }

    [Fact]
    public void Append_ClockSteppedBack_SeqsRiseAndRangesHold()
    {
        using var store = Open();
        var first = new SampleMaker(12).Batch(SampleMaker.Run(), 100);
        store.Append(first);
        var second = new SampleMaker(13).Batch(SampleMaker.Run(SampleMaker.OriginUs - (3600 * Micros.PerS)), 100);
        store.Append(second);

        Assert.Equal(200, store.Acknowledged["steps"]);
        Assert.Equal(100, store.Read(TelemetryTables.Steps, new ReadRange { ToUs = SampleMaker.OriginUs }).Count());
        Assert.All(store.Read(TelemetryTables.Steps, new ReadRange { ToUs = SampleMaker.OriginUs }), s => Assert.Equal(2, s.Run));
    }

    [Fact]
    public void Tables_ByHand_HaveTheColumnsOfTheContract()
    {
        Open().Dispose();
        foreach (var table in TelemetryTables.All)
        {
            var name = table.Name == "steps" ? "step_samples" : table.Name;
            Assert.Equal(string.Join(',', table.Columns.Select(c => c.Name)), Query($"SELECT group_concat(name) FROM pragma_table_info('{name}')"));
        }
    }

    [Fact]
    public void Open_NewDirectory_IsForItsOwnerAlone()
    {
        Open().Dispose();
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
    }

    private SqliteStore Open(SqliteStoreOptions? options = null) =>
        SqliteStore.Open(Data, (options ?? new SqliteStoreOptions()) with { OnNotice = _notices.Add }, TimeProvider.System);

    private void Damage(int fromByte, int bytes)
    {
        using var file = new FileStream(Database, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = fromByte;
        var noise = new Core.Numerics.Rng(9, "noise");
        for (var i = 0; i < bytes; i++)
        {
            file.WriteByte((byte)noise.NextInt(256));
        }
    }

    private string Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()?.ToString() ?? "";
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
