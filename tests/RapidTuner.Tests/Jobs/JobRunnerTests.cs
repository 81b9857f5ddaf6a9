using RapidTuner.Jobs;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Sqlite;

namespace RapidTuner.Tests.Jobs;

public sealed class JobRunnerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HandClock _clock = new();
    private readonly SqliteStore _store;
    private readonly JobHistory _history;
    private long _held;

    public JobRunnerTests()
    {
        _store = SqliteStore.Open(_folder.Path, new SqliteStoreOptions(), _clock);
        _history = new JobHistory(_store, _clock);
        Runner = new JobRunner(_history, _clock, () => Volatile.Read(ref _held));
    }

    private JobRunner Runner { get; }

    [Fact]
    public async Task RunAsync_WorkEnds_IsDoneWithItsResult()
    {
        var work = new TestWork("probe", (run, _) => new { run.Trigger, RowsRead = 7 });
        var record = await Runner.RunAsync(new Job(work, new JobPlan()), "a", "cron", default);
        Assert.Equal(("done", 1.0, """{"trigger":"cron","rows_read":7}""", ""), (record!.State, record.Progress, record.Result, record.Error));
        Assert.Equal(record with { Seq = 1 }, Assert.Single(_history.Latest(10)));
        Assert.NotNull(record.EndedUs);
    }

    [Fact]
    public async Task RunAsync_WorkThrows_IsFailedWithTheReason()
    {
        var work = new TestWork("probe", (_, _) => throw new InvalidOperationException("no rows"));
        var record = await Runner.RunAsync(new Job(work, new JobPlan()), "a", "manual", default);
        Assert.Equal(("failed", "no rows"), (record!.State, record.Error));
        Assert.Null(Runner.RunningOf("probe"));
    }

    [Fact]
    public async Task RunAsync_SecondRunMeanwhile_DoesNothing()
    {
        var work = TestWork.Waiting("probe");
        var job = new Job(work, new JobPlan());
        var first = Runner.RunAsync(job, "a", "cron", default);
        await work.Began;
        Assert.Null(await Runner.RunAsync(job, "b", "cron", default));
        Assert.True(Runner.Cancel("a"));
        Assert.Equal("cancelled", (await first)!.State);
        Assert.Equal(1, work.Runs);
        Assert.Single(_history.Latest(10));
    }

    [Fact]
    public async Task RunAsync_OverItsTime_IsFailedForThat()
    {
        var work = TestWork.Waiting("probe");
        var run = Runner.RunAsync(new Job(work, new JobPlan { TimeLimitS = 60 }), "a", "cron", default);
        await work.Began;
        _clock.Advance(59);
        Assert.False(run.IsCompleted);
        _clock.Advance(2);
        Assert.Equal(("failed", "took longer than its 60 s"), ((await run)!.State, (await run)!.Error));
    }

    [Fact]
    public async Task RunAsync_OverItsMemory_IsFailedForThat()
    {
        var work = TestWork.Waiting("probe");
        Volatile.Write(ref _held, 1L << 30);
        var run = Runner.RunAsync(new Job(work, new JobPlan { MemoryLimitBytes = 32L << 20 }), "a", "cron", default);
        await work.Began;
        Volatile.Write(ref _held, (1L << 30) + (31L << 20));
        _clock.Advance(1);
        Assert.False(run.IsCompleted);
        Volatile.Write(ref _held, (1L << 30) + (33L << 20));
        _clock.Advance(1);
        Assert.Equal(("failed", "took more memory than its 33554432 bytes"), ((await run)!.State, (await run)!.Error));
    }

    [Fact]
    public async Task RunAsync_ProgramStops_IsCancelled()
    {
        using var stop = new CancellationTokenSource();
        var work = TestWork.Waiting("probe");
        var run = Runner.RunAsync(new Job(work, new JobPlan()), "a", "cron", stop.Token);
        await work.Began;
        await stop.CancelAsync();
        Assert.Equal("cancelled", (await run)!.State);
    }

    [Fact]
    public async Task RunAsync_Progress_IsVisibleHereAndInTheStore()
    {
        using var reported = new ManualResetEventSlim();
        var work = new TestWork("probe", (run, stop) =>
        {
            run.Report(0.4);
            reported.Set();
            stop.WaitHandle.WaitOne();
            stop.ThrowIfCancellationRequested();
            return new { };
        });
        var run = Runner.RunAsync(new Job(work, new JobPlan()), "a", "cron", default);
        reported.Wait();
        _clock.Advance(1);
        Assert.Equal(0.4, Runner.RunningOf("probe")!.Progress);
        Assert.Equal((0.4, "running"), (_history.Find("a")!.Progress, _history.Find("a")!.State));
        Runner.Cancel("a");
        await run;
    }

    [Fact]
    public async Task RunAsync_RunLeftBehind_BecomesLost()
    {
        _history.Begin("dead", "probe", "cron");
        _history.Begin("other", "retain", "cron");
        await Runner.RunAsync(new Job(new TestWork("probe", (_, _) => new { }), new JobPlan()), "a", "recovery", default);
        Assert.Equal("lost", _history.Find("dead")!.State);
        Assert.Equal("running", _history.Find("other")!.State);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }
}
