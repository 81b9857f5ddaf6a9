using RapidTuner.Core.Errors;
using RapidTuner.Jobs;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Sqlite;

namespace RapidTuner.Tests.Jobs;

public sealed class ServiceJobsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteStore _store;

    public ServiceJobsTests() => _store = SqliteStore.Open(_folder.Path, new SqliteStoreOptions(), TimeProvider.System);

    [Fact]
    public async Task OpenAsync_Defaults_HasFiveJobsWithSchedules()
    {
        await using var service = await ServiceJobs.OpenAsync(new JobsOptions(), _store, _folder.Path, null, TimeProvider.System, _ => { });
        var jobs = await service.ListAsync();
        Assert.Equal(["train", "promote", "drift", "retain", "backup"], jobs.Select(j => j.Name));
        Assert.All(jobs, j => Assert.NotEmpty(j.Cron));
    }

    [Fact]
    public async Task OpenAsync_EverythingWrong_SaysItAll()
    {
        var options = new JobsOptions { Train = new JobPlan { Cron = "soon" }, BackupsKept = 0, TrainHalfLifeS = double.NaN };
        var bad = await Assert.ThrowsAsync<BadInputException>(() => ServiceJobs.OpenAsync(options, _store, _folder.Path, null, TimeProvider.System, _ => { }));
        Assert.Equal(["jobs.train.cron", "jobs.backups_kept", "jobs.train_half_life_s"], bad.Problems.Found.Select(p => p.Where));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }
}
