using LiteDB;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb.Tests;

public sealed class LiteDbFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<StoreNotice> _notices = [];

    private string Data => _folder.File("data");

    private string Database => Path.Combine(Data, "telemetry.litedb");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void KilledTenTimes_EverythingAcknowledgedIsThere() => CrashTrial.Run(["litedb", Data], () => Open(), kills: 10);

    [MountFact]
    public void Append_FileSystemFull_RefusesAndRecovers()
    {
        using var disk = new SmallDisk(_folder.File("disk"), "size=1500k");
        using var store = LiteDbStore.Open(disk.Path, new LiteDbStoreOptions { LogBytesMax = 300_000 }, TimeProvider.System);
        var maker = new SampleMaker(2);
        var batch = maker.Batch(SampleMaker.Run(), 200);
        StoreException? fault = null;
        while (fault is null)
        {
            fault = Record.Exception(() => store.Append(batch)) as StoreException;
        }

        Assert.Equal(StoreFault.Unavailable, fault.Fault);
        var committed = store.Acknowledged["steps"];
        Assert.Equal(committed, store.Read(TelemetryTables.Steps, ReadRange.Everything).Count());

        disk.Grow("size=16m");
        store.Append(batch);

        Assert.Equal(committed + 200, store.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
    }

    [MountFact]
    public void Open_ReadOnlyDirectory_IsRefusedAndReadable()
    {
        using var disk = new SmallDisk(_folder.File("disk"), "size=8m");
        using (var store = LiteDbStore.Open(disk.Path, new LiteDbStoreOptions(), TimeProvider.System))
        {
            store.Append(new SampleMaker(3).Batch(SampleMaker.Run(), 100));
        }

        disk.Grow("ro");

        var refused = Assert.Throws<StoreException>(() => LiteDbStore.Open(disk.Path, new LiteDbStoreOptions(), TimeProvider.System));
        Assert.Equal(StoreFault.ReadOnly, refused.Fault);
        using var reader = LiteDbStore.Open(disk.Path, new LiteDbStoreOptions { ReadOnly = true }, TimeProvider.System);
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

        Damage(Database, fromByte, bytes);
        using var again = Open();
        again.Append(new SampleMaker(5).Batch(SampleMaker.Run(), 10));

        Assert.Equal(StoreNoticeKind.SetAside, Assert.Single(_notices).Kind);
        Assert.Equal(10, again.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
        Assert.Single(Directory.GetFiles(Data, "telemetry.litedb.corrupt-*"));
    }

    [Fact]
    public void Open_DamagedLog_SetsItAsideWithItsFile()
    {
        Directory.CreateDirectory(Data);
        using (var store = Open())
        {
            store.Append(new SampleMaker(4).Batch(SampleMaker.Run(), 500));
            // As a process leaves it that was killed.
            File.Copy(Database, _folder.File("data.copy"));
            File.Copy(Log(Database), _folder.File("log.copy"));
        }

        File.Copy(_folder.File("data.copy"), Database, overwrite: true);
        File.Copy(_folder.File("log.copy"), Log(Database), overwrite: true);
        Damage(Log(Database), 8192, 10_000);
        using var again = Open();

        Assert.Equal(StoreNoticeKind.SetAside, Assert.Single(_notices).Kind);
        Assert.Equal(2, Directory.GetFiles(Data, "telemetry.litedb.corrupt-*").Length);
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
    public void Open_SecondWriter_IsRefusedAndReadersShare()
    {
        using var store = Open();
        store.Append(new SampleMaker(10).Batch(SampleMaker.Run(), 10));

        var refused = Assert.Throws<StoreException>(() => Open());
        Assert.Equal(StoreFault.InUse, refused.Fault);
        Assert.Contains(Database, refused.Message, StringComparison.Ordinal);
        using var reader = Open(new LiteDbStoreOptions { ReadOnly = true });
        Assert.Equal(10, reader.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
        Assert.Equal(10, reader.Acknowledged["steps"]);
        Assert.Throws<StoreException>(() => reader.Append(new TelemetryBatch(SampleMaker.Run())));
    }

    [Fact]
    public void Read_FromOutsideWhileTheLogIsMerged_SeesASnapshotAndHoldsMergesBack()
    {
        using var store = Open(new LiteDbStoreOptions { LogBytesMax = 100_000 });
        var maker = new SampleMaker(11);
        store.Append(maker.Batch(SampleMaker.Run(), 3000));
        using var reader = Open(new LiteDbStoreOptions { ReadOnly = true });
        using (var rows = reader.Read(TelemetryTables.Steps, ReadRange.Everything).GetEnumerator())
        {
            Assert.True(rows.MoveNext());
            store.Append(maker.Batch(SampleMaker.Run(), 3000));
            Assert.True(new FileInfo(Log(Database)).Length > 100_000);
            var count = 1;
            while (rows.MoveNext())
            {
                count++;
            }

            Assert.Equal(3000, count);
        }

        store.Append(maker.Batch(SampleMaker.Run(), 1));
        Assert.Equal(0, new FileInfo(Log(Database)).Length);
        Assert.Equal(6001, reader.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
    }

    [Fact]
    public void Open_SchemaFromTheFuture_IsRefusedUntouched()
    {
        Open().Dispose();
        Query(d => d.GetCollection("schema").Update(new BsonDocument { ["_id"] = "rapidtuner", ["version"] = 99 }));
        Assert.Equal(StoreFault.Newer, Assert.Throws<StoreException>(() => Open()).Fault);
        Query(d => Assert.Equal(99, d.GetCollection("schema").FindById("rapidtuner")["version"].AsInt32));
        Assert.Throws<StoreException>(() => Open(new LiteDbStoreOptions { ReadOnly = true }));
    }

    [Fact]
    public void Open_AnotherProgramsFile_IsRefusedUntouched()
    {
        Directory.CreateDirectory(Data);
        Query(d => d.GetCollection("theirs").Insert(new BsonDocument { ["x"] = 1 }));
        Assert.Equal(StoreFault.Foreign, Assert.Throws<StoreException>(() => Open()).Fault);
        Query(d => Assert.Equal("theirs", Assert.Single(d.GetCollectionNames())));
    }

    [Fact]
    public void Append_ClockSteppedBack_SeqsRiseAndRangesHold()
    {
        using var store = Open();
        store.Append(new SampleMaker(12).Batch(SampleMaker.Run(), 100));
        store.Append(new SampleMaker(13).Batch(SampleMaker.Run(SampleMaker.OriginUs - (3600 * Micros.PerS)), 100));

        Assert.Equal(200, store.Acknowledged["steps"]);
        Assert.Equal(100, store.Read(TelemetryTables.Steps, new ReadRange { ToUs = SampleMaker.OriginUs }).Count());
        Assert.All(store.Read(TelemetryTables.Steps, new ReadRange { ToUs = SampleMaker.OriginUs }), s => Assert.Equal(2, s.Run));
    }

    [Fact]
    public void Compact_AfterDeleting_GivesRoomBackAndKeepsRowsAndSeqs()
    {
        using var store = Open();
        var maker = new SampleMaker(14);
        store.Append(maker.Batch(SampleMaker.Run(), 10_000));
        store.Save(new ModelRecord { Id = "a", Status = "champion" });
        store.Retain(new Retention { StepsDays = 1, GapsDays = 1, RequestsDays = 1, DecisionsDays = 1 }, SampleMaker.OriginUs + (100 * 86_400 * Micros.PerS));
        var before = store.Size();
        Assert.True(before.FreeBytes > before.FileBytes / 2);

        store.Compact();

        Assert.True(store.Size().FileBytes < before.FileBytes / 2);
        Assert.Equal(10_000, Assert.Single(store.Read(TelemetryTables.Steps, ReadRange.Everything)).Seq);
        Assert.Equal("champion", Assert.Single(store.Read(TelemetryTables.Models, ReadRange.Everything)).Status);
        store.Append(maker.Batch(SampleMaker.Run(), 1));
        Assert.Equal(10_001, store.Acknowledged["steps"]);
    }

    [Fact]
    public void Documents_ByHand_HaveTheColumnsOfTheContract()
    {
        using (var store = Open())
        {
            store.Append(new SampleMaker(15).Batch(SampleMaker.Run(), 10));
        }

        Query(d => Assert.Equal(
            TelemetryTables.Steps.Columns.Select(c => c.Name == "seq" ? "_id" : c.Name).Order(),
            d.GetCollection("steps").FindAll().First().Keys.Order()));
    }

    [Fact]
    public void Read_RunOfAnEarlierVersion_DoesNotSayWhatItRanOn()
    {
        using (var store = Open())
        {
            store.Append(new SampleMaker(16).Batch(SampleMaker.Run(), 1));
        }

        Query(d =>
        {
            var runs = d.GetCollection("runs");
            var run = runs.FindAll().Single();
            Assert.True(run.Remove("tensor_parallel") && run.Remove("stack") && run.Remove("slo_tier"));
            runs.Update(run);
        });
        using var again = Open();
        var read = Assert.Single(again.Read(TelemetryTables.Runs, ReadRange.Everything));
        Assert.Equal((null, "", "", "mi300x"), (read.TensorParallel, read.Stack, read.SloTier, read.Device));
    }

    private static string Log(string path) => path.Replace("telemetry.litedb", "telemetry-log.litedb", StringComparison.Ordinal);

    private LiteDbStore Open(LiteDbStoreOptions? options = null) =>
        LiteDbStore.Open(Data, (options ?? new LiteDbStoreOptions()) with { OnNotice = _notices.Add }, TimeProvider.System);

    private static void Damage(string path, int fromByte, int bytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = fromByte;
        var noise = new Core.Numerics.Rng(9, "noise");
        for (var i = 0; i < bytes; i++)
        {
            file.WriteByte((byte)noise.NextInt(256));
        }
    }

    private void Query(Action<LiteDatabase> work)
    {
        using var database = new LiteDatabase(Database);
        work(database);
    }
}
