using System.Diagnostics;
using RapidTuner.Core.Errors;
using RapidTuner.Jobs;
using RapidTuner.Jobs.Scheduling;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Postgres;
using RapidTuner.Telemetry.Postgres.Tests;

namespace RapidTuner.Tests.Jobs.Scheduling;

/// <summary>Instances that share a schedule in a real PostgreSQL.</summary>
public sealed class JobClusterTests
{
    [StoreFact]
    public void Run_InstanceKilledInIt_RunsOnceOnTheOther()
    {
        using var server = PostgresServer.Start();
        using var first = Instance(server, "fire");
        Assert.Equal(["ready", "run manual"], new[] { first.StandardOutput.ReadLine(), first.StandardOutput.ReadLine() }.Order());
        using var second = Instance(server);
        Assert.Equal("ready", second.StandardOutput.ReadLine());
        first.Kill();
        first.WaitForExit();

        Assert.Equal("run recovery", second.StandardOutput.ReadLine());
        second.StandardInput.WriteLine("end");
        Assert.Equal("end", second.StandardOutput.ReadLine());
        second.StandardInput.Close();
        Assert.Equal("", second.StandardOutput.ReadToEnd());

        using var store = PostgresStore.Open(new PostgresStoreOptions { ConnectionString = server.ConnectionString, Schema = "telemetry" });
        var runs = new JobHistory(store, TimeProvider.System).Latest(10);
        Assert.Equal([("recovery", "done"), ("manual", "lost")], runs.Select(r => (r.Trigger, r.State)));
    }

    [StoreFact]
    public async Task MigrateAsync_TwiceAndTogether_MakesOneVersion()
    {
        using var server = PostgresServer.Start();
        var cluster = new JobCluster { ConnectionString = server.ConnectionString, Schema = "jobs" };
        await Task.WhenAll(JobSchema.MigrateAsync(cluster), JobSchema.MigrateAsync(cluster));
        await JobSchema.MigrateAsync(cluster);
        await using var connection = new Npgsql.NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var count = new Npgsql.NpgsqlCommand("SELECT count(*) FROM jobs.schema_version", connection);
        Assert.Equal(1L, await count.ExecuteScalarAsync());
        await using var newer = new Npgsql.NpgsqlCommand("INSERT INTO jobs.schema_version VALUES (99)", connection);
        await newer.ExecuteNonQueryAsync();
        Assert.Contains("version 99", (await Assert.ThrowsAsync<InvalidOperationException>(() => JobSchema.MigrateAsync(cluster))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_EverythingWrong_SaysItAll()
    {
        var found = new Problems();
        new JobCluster { Schema = "Drop table", CheckInS = 0 }.Check(found);
        Assert.Equal(3, found.Count);
    }

    private static Process Instance(PostgresServer server, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "RapidTuner.Bench.JobHost.dll"), server.ConnectionString, "telemetry", "jobs", .. more];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
