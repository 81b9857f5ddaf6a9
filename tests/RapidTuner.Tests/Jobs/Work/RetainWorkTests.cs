using RapidTuner.Jobs;
using RapidTuner.Jobs.Work;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Tests.Jobs.Work;

public sealed class RetainWorkTests
{
    [Fact]
    public void Run_OldRequests_DeletesThemOnce()
    {
        using var folder = new TempFolder();
        var clock = new HandClock();
        using var store = SqliteStore.Open(folder.Path, new SqliteStoreOptions(), clock);
        var nowUs = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10;
        var batch = new TelemetryBatch(new RunRecord { OriginUs = nowUs - 90_000_000_000 });
        for (var i = 0; i < 10; i++)
        {
            batch.Requests.Add(new RequestRecord { Request = i, ArrivalUs = nowUs - 90_000_000_000, FinishUs = nowUs - 90_000_000_000 + i, PromptTokens = 1, OutputTokens = 1 });
        }

        store.Append(batch);
        var work = new RetainWork(store, new Retention { RequestsDays = 1 }, clock);
        var run = new JobRun("a", "cron", _ => { });
        work.Run(run, default);
        Assert.Single(store.Read(TelemetryTables.Requests, ReadRange.Everything));
        work.Run(run, default);
        Assert.Single(store.Read(TelemetryTables.Requests, ReadRange.Everything));
    }
}
