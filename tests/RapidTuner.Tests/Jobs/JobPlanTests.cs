using RapidTuner.Core.Errors;
using RapidTuner.Jobs;

namespace RapidTuner.Tests.Jobs;

public sealed class JobPlanTests
{
    [Fact]
    public void Check_EverythingWrong_SaysItAll()
    {
        var found = new Problems();
        new JobPlan { Cron = "every hour", TimeLimitS = 0, MemoryLimitBytes = 1 }.Check(found, "train");
        Assert.Equal(["jobs.train.cron", "jobs.train.time_limit_s", "jobs.train.memory_limit_bytes"], found.Found.Select(p => p.Where));
    }

    [Fact]
    public void NextAfter_HalfPast_IsInUtc()
    {
        var next = new JobPlan { Cron = "0 30 * * * ?" }.NextAfter(new DateTimeOffset(2026, 1, 1, 0, 45, 0, TimeSpan.Zero));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 1, 30, 0, TimeSpan.Zero), next);
        Assert.Null(new JobPlan().NextAfter(DateTimeOffset.UnixEpoch));
    }
}
