using RapidTuner.Core.Errors;
using RapidTuner.Jobs;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Sqlite;

namespace RapidTuner.Tests.Jobs;

/// <summary>The service over a schedule in memory, with Quartz and the real clock; tests wait for signals, never for time.</summary>
public sealed class JobServiceTests : IDisposable
{
    private const string Never = "0 0 0 1 1 ? 2099";

    private readonly TempFolder _folder = new();
    private readonly SqliteStore _store;
    private readonly JobHistory _history;

    public JobServiceTests()
    {
        _store = SqliteStore.Open(_folder.Path, new SqliteStoreOptions(), TimeProvider.System);
        _history = new JobHistory(_store, TimeProvider.System);
    }

    [Fact]
    public async Task RunNowAsync_Job_RunsAndIsListed()
    {
        var work = TestWork.Waiting("probe");
        await using var service = await Started(new Job(work, new JobPlan { Cron = Never }));
        var id = await service.RunNowAsync("probe", "manual");
        await work.Began;
        var status = Assert.Single(await service.ListAsync());
        Assert.Equal((id, "manual", "running"), (status.Running!.Id, status.Running.Trigger, status.Running.State));
        Assert.Equal(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero), status.NextRun);
        Assert.Null(await service.RunNowAsync("probe", "manual"));
        Assert.True(await service.CancelAsync(id!));
    }

    [Fact]
    public async Task DisposeAsync_RunUnderWay_IsCancelledAndKept()
    {
        var work = TestWork.Waiting("probe");
        var service = await Started(new Job(work, new JobPlan()));
        await service.RunNowAsync("probe", "manual");
        await work.Began;
        await service.DisposeAsync();
        Assert.Equal("cancelled", _history.LatestOf("probe")!.State);
    }

    [Fact]
    public async Task StartAsync_Cron_Fires()
    {
        var work = new TestWork("probe", (_, _) => new { });
        await using var service = await Started(new Job(work, new JobPlan { Cron = "* * * * * ?" }));
        await work.Began;
    }

    [Fact]
    public async Task StartAsync_RunLeftBehind_IsLostAndRunAgain()
    {
        _history.Begin("dead", "probe", "cron");
        var trigger = "";
        var work = new TestWork("probe", (run, _) => trigger = run.Trigger);
        await using var service = await Started(new Job(work, new JobPlan { Cron = Never }));
        await work.Began;
        Assert.Equal("lost", _history.Find("dead")!.State);
        Assert.Equal(1, work.Runs);
    }

    [Fact]
    public async Task StartAsync_FiringMissedWhileDown_RunsOnce()
    {
        _history.End(_history.Begin("old", "probe", "cron") with { StartedUs = 0 }, "done", null, "");
        var work = new TestWork("probe", (_, _) => new { });
        await using var service = await Started(new Job(work, new JobPlan { Cron = "0 0 0 1 1 ?" }));
        await work.Began;
        Assert.Equal(1, work.Runs);
    }

    [Fact]
    public async Task RunNowAsync_UnknownJob_SaysWhichThereAre()
    {
        await using var service = await Started(new Job(TestWork.Waiting("probe"), new JobPlan()));
        Assert.Contains("give one of probe", (await Assert.ThrowsAsync<BadInputException>(() => service.RunNowAsync("other", "manual"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancelAsync_NoSuchRun_IsFalse()
    {
        await using var service = await Started(new Job(TestWork.Waiting("probe"), new JobPlan()));
        Assert.False(await service.CancelAsync("none"));
    }

    [Fact]
    public async Task OpenAsync_BadPlans_SaysAllAtOnce()
    {
        Job[] jobs = [new Job(TestWork.Waiting("a"), new JobPlan { Cron = "x" }), new Job(TestWork.Waiting("b"), new JobPlan { TimeLimitS = -1 })];
        var bad = await Assert.ThrowsAsync<BadInputException>(() => JobService.OpenAsync(jobs, _history, null, TimeProvider.System));
        Assert.Equal(2, bad.Problems.Count);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private async Task<JobService> Started(params Job[] jobs)
    {
        var service = await JobService.OpenAsync(jobs, _history, null, TimeProvider.System);
        await service.StartAsync();
        return service;
    }
}
