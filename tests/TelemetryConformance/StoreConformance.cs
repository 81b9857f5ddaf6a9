using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Core;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Conformance;

/// <summary>What every store promises, whatever it is made of. A store adds a subclass that opens it.</summary>
public abstract class StoreConformance
{
    private const long DayUs = 86_400 * Micros.PerS;

    /// <summary>Opens the same store again each time; the caller disposes it.</summary>
    protected abstract ITelemetryStore Open();

    /// <summary>A path for a backup, in a place that the store may write to.</summary>
    protected abstract string BackupPath();

    [StoreFact]
    public void Append_EveryKind_ReadsBackTheSame()
    {
        using var store = Open();
        var batch = new SampleMaker(1).Batch(SampleMaker.Run(), 200);
        var window = Window(batch, 1, 0);
        batch.Windows.Add(window);

        store.Append(batch);

        Assert.NotEqual(0, batch.Run.Seq);
        Assert.Equal(batch.Run, Assert.Single(store.Read(TelemetryTables.Runs, ReadRange.Everything)));
        var run = batch.Run.Seq;
        Assert.Equal(batch.Steps.Select((s, i) => s with { Seq = i + 1, Run = run }), store.Read(TelemetryTables.Steps, ReadRange.Everything));
        Assert.Equal(batch.Gaps.Select((s, i) => s with { Seq = i + 1, Run = run }), store.Read(TelemetryTables.Gaps, ReadRange.Everything));
        Assert.Equal(batch.Requests.Select((s, i) => s with { Seq = i + 1, Run = run }), store.Read(TelemetryTables.Requests, ReadRange.Everything));
        Assert.Equal(batch.Decisions.Select((s, i) => s with { Seq = i + 1, Run = run }), store.Read(TelemetryTables.Decisions, ReadRange.Everything));
        var read = Assert.Single(store.Read(TelemetryTables.Windows, ReadRange.Everything));
        Assert.Equal((window.StartUs, window.WidthS, run), (read.StartUs, read.WidthS, read.Run));
        Assert.Equal(window.Values, read.Values);
        Assert.Equal(window.Sums, read.Sums);
    }

    [StoreFact]
    public void Append_RunThatDoesNotSayWhatItRanOn_ReadsBackTheSame()
    {
        using var store = Open();
        var batch = new SampleMaker(1).Batch(SampleMaker.Run() with { TensorParallel = null, Stack = "", SloTier = "" }, steps: 1);
        store.Append(batch);
        Assert.Equal(batch.Run, Assert.Single(store.Read(TelemetryTables.Runs, ReadRange.Everything)));
    }

    [StoreFact]
    public void Append_AnyStep_ReadsBackTheSame()
    {
        using var store = Open();
        var batch = new TelemetryBatch(SampleMaker.Run());
        var last = 0L;
        Prop.ForAll<int, int, NonNegativeInt>((a, b, c) =>
        {
            batch.Clear();
            batch.Steps.Add(Odd(a, b, c.Get));
            store.Append(batch);
            var read = store.Read(TelemetryTables.Steps, new ReadRange { AfterSeq = last }).Single();
            last = read.Seq;
            return read == batch.Steps[0] with { Seq = read.Seq, Run = batch.Run.Seq };
        }).QuickCheckThrowOnFailure();
    }

    [StoreFact]
    public void Append_AfterReopening_SeqsGoOnRising()
    {
        var maker = new SampleMaker(2);
        using (var store = Open())
        {
            store.Append(maker.Batch(SampleMaker.Run(), 20));
            Assert.Equal(20, store.Acknowledged["steps"]);
            Assert.Equal(2, store.Acknowledged["requests"]);
            Assert.Equal(0, store.Acknowledged["models"]);
        }

        using var again = Open();
        Assert.Equal(20, again.Acknowledged["steps"]);
        var batch = maker.Batch(SampleMaker.Run(), 20);
        again.Append(batch);
        Assert.Equal(40, again.Acknowledged["steps"]);
        Assert.Equal(2, batch.Run.Seq);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), again.Read(TelemetryTables.Steps, ReadRange.Everything).Select(s => s.Seq));
    }

    [StoreFact]
    public void Acknowledged_Empty_NamesEveryTable()
    {
        using var store = Open();
        Assert.Equal(TelemetryTables.All.Select(t => (t.Name, 0L)).Order(), store.Acknowledged.Select(p => (p.Key, p.Value)).Order());
    }

    [StoreFact]
    public void Read_Range_GivesExactlyItsRows()
    {
        using var store = Open();
        var maker = new SampleMaker(3);
        var first = maker.Batch(SampleMaker.Run(), 3000);
        store.Append(first);
        // The clock stepped back before the second run: its times lie before and among those of the first.
        var second = new SampleMaker(4).Batch(SampleMaker.Run(SampleMaker.OriginUs - (30 * Micros.PerS)), 3000);
        store.Append(second);
        var all = store.Read(TelemetryTables.Steps, ReadRange.Everything).ToList();
        var (fromUs, toUs) = (SampleMaker.OriginUs + (5 * Micros.PerS), SampleMaker.OriginUs + (31 * Micros.PerS));

        Assert.Equal(all.Where(s => s.EndUs >= fromUs && s.EndUs < toUs), store.Read(TelemetryTables.Steps, new ReadRange { FromUs = fromUs, ToUs = toUs }));
        Assert.Equal(all.Where(s => s.Run == 2 && s.EndUs < toUs), store.Read(TelemetryTables.Steps, new ReadRange { ToUs = toUs, Run = 2 }));
        Assert.Equal(all.Skip(4321), store.Read(TelemetryTables.Steps, new ReadRange { AfterSeq = 4321 }));
        Assert.Equal(all.Where(s => s.EndUs >= toUs), store.Read(TelemetryTables.Steps, new ReadRange { FromUs = toUs }));
        Assert.Empty(store.Read(TelemetryTables.Steps, new ReadRange { FromUs = SampleMaker.OriginUs + DayUs }));
        Assert.Empty(store.Read(TelemetryTables.Steps, new ReadRange { ToUs = SampleMaker.OriginUs - DayUs }));
    }

    [StoreFact]
    public void Read_OrderBy_SortsByThatTime()
    {
        using var store = Open();
        var batch = new SampleMaker(5).Batch(SampleMaker.Run(), 500);
        store.Append(batch);
        var toUs = SampleMaker.OriginUs + (2 * Micros.PerS);

        var read = store.Read(TelemetryTables.Requests, new ReadRange { OrderBy = "arrival_us", ToUs = toUs }).Select(r => r.ArrivalUs).ToList();

        Assert.Equal(batch.Requests.Select(r => r.ArrivalUs).Where(a => a < toUs).Order(), read);
    }

    [StoreFact]
    public void Read_WhileAppending_SeesASnapshotAndHoldsNobodyUp()
    {
        using var store = Open();
        var maker = new SampleMaker(6);
        store.Append(maker.Batch(SampleMaker.Run(), 500));
        using var rows = store.Read(TelemetryTables.Steps, ReadRange.Everything).GetEnumerator();
        Assert.True(rows.MoveNext());

        store.Append(maker.Batch(SampleMaker.Run(), 500));

        var count = 1;
        while (rows.MoveNext())
        {
            count++;
        }

        Assert.Equal(500, count);
        Assert.Equal(1000, store.Acknowledged["steps"]);
    }

    [StoreFact]
    public void ReadLatest_GivesTheNewestFirst()
    {
        using var store = Open();
        store.Append(new SampleMaker(7).Batch(SampleMaker.Run(), 30));
        Assert.Equal([30L, 29, 28], store.ReadLatest(TelemetryTables.Steps, 3).Select(s => s.Seq));
    }

    [StoreFact]
    public void Save_SameId_ReplacesAndKeepsSeq()
    {
        using (var store = Open())
        {
            Assert.Equal(1, store.Save(new ModelRecord { Id = "a", Target = "decode_latency", Status = "challenger", Artefact = [1, 2, 3] }));
            Assert.Equal(2, store.Save(new ModelRecord { Id = "b", Status = "challenger" }));
            Assert.Equal(1, store.Save(new ModelRecord { Id = "a", Target = "decode_latency", Status = "champion", Artefact = [4], Card = "é\n\"" }));
            Assert.Equal(1, store.Save(new JobRecord { Id = "j", Name = "train", State = "running", StartedUs = 5 }));
            Assert.Equal(1, store.Save(new JobRecord { Id = "j", Name = "train", State = "done", StartedUs = 5, EndedUs = 9, Progress = 1 }));
            Assert.Equal((2, 1), (store.Acknowledged["models"], store.Acknowledged["jobs"]));
        }

        using var again = Open();
        var models = again.Read(TelemetryTables.Models, ReadRange.Everything).ToList();
        Assert.Equal(["a", "b"], models.Select(m => m.Id));
        Assert.Equal(("champion", "é\n\"", (byte)4), (models[0].Status, models[0].Card, Assert.Single(models[0].Artefact)));
        Assert.Empty(models[1].Artefact);
        Assert.Equal(("done", 9L), (again.Read(TelemetryTables.Jobs, ReadRange.Everything).Single().State, again.Read(TelemetryTables.Jobs, ReadRange.Everything).Single().EndedUs));
        Assert.Equal(3, again.Save(new ModelRecord { Id = "c" }));
    }

    [StoreFact]
    public void SetRewards_KnownAndUnknownSeqs_WritesTheKnown()
    {
        using var store = Open();
        store.Append(new SampleMaker(8).Batch(SampleMaker.Run(), 30));
        store.SetRewards(new Dictionary<long, double> { [2] = 4.5, [99] = 1 });
        Assert.Equal([null, 4.5, null], store.Read(TelemetryTables.Decisions, ReadRange.Everything).Select(d => d.Reward));
    }

    [StoreFact]
    public void Retain_OldRows_GoByAgeAndWindowsRollUp()
    {
        using var store = Open();
        var maker = new SampleMaker(9);
        var old = maker.Batch(SampleMaker.Run(), 200);
        for (var second = 0; second < 20; second++)
        {
            old.Windows.Add(Window(old, 1, second));
        }

        store.Append(old);
        var young = new SampleMaker(10).Batch(SampleMaker.Run(SampleMaker.OriginUs + (100 * DayUs)), 100);
        store.Append(young);
        var virtualRun = new SampleMaker(11).Batch(SampleMaker.Run(originUs: 0), 50);
        store.Append(virtualRun);

        var report = store.Retain(new Retention(), SampleMaker.OriginUs + (101 * DayUs));

        Assert.Equal(200, report.Deleted["steps"]);
        Assert.Equal(150, store.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
        Assert.Equal(0, store.Read(TelemetryTables.Requests, ReadRange.Everything).Count(r => r.Run == 1));
        // All rolled up on the way: 20 windows of 1 s to two of 10 s, those to one of 1 min, which stays.
        var windows = store.Read(TelemetryTables.Windows, ReadRange.Everything).ToList();
        Assert.Equal([60], windows.Select(w => w.WidthS));
        Assert.Equal(3, report.RolledUp);
        Assert.Equal(400, store.Acknowledged["steps"] + 50);
        Assert.Equal(0, store.Retain(new Retention(), SampleMaker.OriginUs + (101 * DayUs)).Deleted.Values.Sum());
    }

    [StoreFact]
    public void Retain_EverythingOld_NewestRowStaysAndSeqsGoOn()
    {
        using (var store = Open())
        {
            store.Append(new SampleMaker(12).Batch(SampleMaker.Run(), 100));
            store.Retain(new Retention(), SampleMaker.OriginUs + (1000 * DayUs));
            Assert.Equal(100, Assert.Single(store.Read(TelemetryTables.Steps, ReadRange.Everything)).Seq);
        }

        using var again = Open();
        again.Append(new SampleMaker(12).Batch(SampleMaker.Run(), 1));
        Assert.Equal(101, again.Acknowledged["steps"]);
    }

    [StoreFact]
    public void Retain_OverBudget_DeletesOldestAndKeepsModels()
    {
        using var store = Open();
        var maker = new SampleMaker(13);
        var run = SampleMaker.Run();
        for (var i = 0; i < 12; i++)
        {
            var batch = maker.Batch(run, 2000);
            store.Append(batch);
            run = batch.Run;
        }

        store.Save(new ModelRecord { Id = "a" });
        var used = store.Size().UsedBytes;

        var report = store.Retain(new Retention { BudgetBytes = Math.Max(1 << 20, used / 2) }, SampleMaker.OriginUs);

        Assert.True(report.DeletedForRoom["steps"] > 1000);
        Assert.True(store.Size().UsedBytes < used);
        Assert.Equal(24_000, store.Read(TelemetryTables.Steps, ReadRange.Everything).Last().Seq);
        Assert.Single(store.Read(TelemetryTables.Models, ReadRange.Everything));
        store.Compact();
        Assert.Equal(24_000, store.Acknowledged["steps"]);
    }

    [StoreFact]
    public void Restore_WhileInUse_BringsTheBackupBackAndGivesNoSeqTwice()
    {
        var path = BackupPath();
        using var store = Open();
        var maker = new SampleMaker(14);
        store.Append(maker.Batch(SampleMaker.Run(), 100));
        store.Save(new ModelRecord { Id = "a", Status = "champion" });
        store.Backup(path);
        store.Append(maker.Batch(SampleMaker.Run(), 100));
        Assert.Throws<IOException>(() => store.Backup(path));

        store.Restore(path);

        Assert.Equal(100, store.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
        Assert.Equal("champion", store.Read(TelemetryTables.Models, ReadRange.Everything).Single().Status);
        store.Append(maker.Batch(SampleMaker.Run(), 1));
        Assert.Equal(201, store.Read(TelemetryTables.Steps, ReadRange.Everything).Last().Seq);
        Assert.Equal(3, store.Read(TelemetryTables.Runs, ReadRange.Everything).Last().Seq);
    }

    [StoreFact]
    public void Restore_Garbage_IsRefusedAndChangesNothing()
    {
        var path = BackupPath();
        File.WriteAllText(path, "this is no backup at all, and it is long enough to look like a file with a header of a hundred bytes or more");
        using var store = Open();
        store.Append(new SampleMaker(15).Batch(SampleMaker.Run(), 10));

        Assert.ThrowsAny<IOException>(() => store.Restore(path));

        Assert.Equal(10, store.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
        store.Append(new SampleMaker(16).Batch(SampleMaker.Run(), 10));
        Assert.Equal(20, store.Acknowledged["steps"]);
    }

    private static StepRecord Odd(int a, int b, int c) => new()
    {
        EndUs = SampleMaker.OriginUs + ((long)a * b),
        DurationUs = c * 1000L,
        Phase = (Phase)(c % 3),
        Units = Math.Abs(a % 305),
        DeviceUnits = 304,
        Split = new Split(Math.Abs(b % 305), Math.Abs(a % 305)),
        BesideUnits = c % 300,
        Reason = (Core.Control.Reason)(c % 17),
        DecodeSequences = c,
        DecodeContextTokens = (long)c * c * 1000,
        PrefillSequences = c % 9,
        PrefillNewTokens = c * 7,
        PrefillContextTokens = (long)c * 1_000_000,
        PrefillAttentionPairs = (long)c * Math.Abs((long)a),
        PrefillLogitRows = c % 5,
        BesideShareE4 = c * 37 % 10_001,
        KvFreeShareE4 = c * 91 % 10_001,
    };

    private static WindowRecord Window(TelemetryBatch batch, int widthS, int second)
    {
        var values = new double[Features.FeatureList.All.Count];
        Array.Fill(values, double.NaN);
        values[0] = second + 0.125;
        var startUs = batch.Run.OriginUs / (60 * Micros.PerS) * 60 * Micros.PerS;
        // Version 1, no sums, four empty sketches.
        return new WindowRecord { StartUs = startUs + (second * Micros.PerS), WidthS = widthS, Values = values, Sums = [1, 0, 0, 0, 0, 0] };
    }
}
