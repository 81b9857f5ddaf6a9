using System.Net.Http.Json;
using System.Text.Json;
using RapidTuner.Configuration;
using RapidTuner.Core.Errors;
using RapidTuner.Jobs;
using RapidTuner.Serving;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Postgres.Tests;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Tests.Http;

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

    [StoreFact]
    public async Task Serve_WithASharedSchedule_KeepsItInPostgres()
    {
        using var server = PostgresServer.Start();
        var options = new ServeOptions
        {
            Load = "none", DrainS = 0, Data = _folder.Path, Store = "postgres", Postgres = server.ConnectionString, JobsPostgres = server.ConnectionString, JobsPostgresSchema = "fleet",
        };
        await TestService.Run(options, async (client, _) =>
        {
            var jobs = await client.GetFromJsonAsync<JsonElement>("/api/v1/jobs");
            Assert.Equal(6, jobs.GetProperty("scheduled").GetArrayLength());
            using var source = Npgsql.NpgsqlDataSource.Create(server.ConnectionString);
            await using var count = source.CreateCommand("SELECT count(*) FROM fleet.qrtz_triggers");
            Assert.True((long)(await count.ExecuteScalarAsync())! >= 3, "train, promote and drift have a schedule");
        });
    }

    [Fact]
    public void Check_SharedScheduleOverStoresOfTheirOwn_IsAProblem()
    {
        var found = new Problems();
        var options = new ServeOptions { Data = _folder.Path, JobsPostgres = "Host=localhost", JobsPostgresSchema = "Drop table" };
        _ = ServeAccess.Of(new ServeConfig(options, new Dictionary<string, string>()), null, found);

        Assert.Equal(2, found.Count);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }
}
