using RapidTuner.Jobs;
using RapidTuner.Jobs.Work;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Sqlite;

namespace RapidTuner.Tests.Jobs.Work;

public sealed class BackupWorkTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HandClock _clock = new();
    private readonly SqliteStore _store;

    public BackupWorkTests() => _store = SqliteStore.Open(_folder.File("data"), new SqliteStoreOptions(), _clock);

    private string Backups => _folder.File("backups");

    [Fact]
    public void Run_ThreeTimes_KeepsTheLatestTwoWhole()
    {
        for (var i = 0; i < 3; i++)
        {
            Run();
            _clock.Advance(60);
        }

        var files = Directory.GetFiles(Backups).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(["telemetry-20260304T050707Z.backup", "telemetry-20260304T050807Z.backup"], files.Select(Path.GetFileName));
        _store.Restore(files[1]);
    }

    [Fact]
    public void Run_AfterAKill_ClearsWhatWasLeft()
    {
        Directory.CreateDirectory(Backups);
        File.WriteAllText(Path.Combine(Backups, "telemetry-20260101T000000Z.backup.part"), "half");
        Run();
        Run();
        Assert.Equal(["telemetry-20260304T050607Z.backup"], Directory.GetFiles(Backups).Select(Path.GetFileName));
    }

    [Fact]
    public void Run_Cancelled_LeavesNoCopyUnderItsName()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => new BackupWork(_store, Backups, 2, _clock).Run(new JobRun("a", "cron", _ => { }), new CancellationToken(canceled: true)));
        Assert.DoesNotContain(Directory.GetFiles(Backups), f => f.EndsWith(".backup", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private void Run() => new BackupWork(_store, Backups, 2, _clock).Run(new JobRun("a", "cron", _ => { }), default);
}
