using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Tests.Recording;

public sealed class ReplayLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapidtuner-replay-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Replay_WithData_KeepsEveryRequestAndEveryNthStep()
    {
        var data = Path.Combine(_folder, "a");
        await Run("--policy", "rapid,static:0.5", "--data", data, "--step-sampling", "1/4");

        using var store = Open(data);
        var runs = store.Read(TelemetryTables.Runs, ReadRange.Everything).ToArray();
        Assert.Equal(["rapid", "static:0.5"], runs.Select(r => r.Policy));
        Assert.All(runs, r => Assert.Equal((4, 1, "graphs", "paper"), (r.StepSampling, r.TensorParallel, r.Stack, r.SloTier)));
        Assert.Equal(2 * Requests, store.Read(TelemetryTables.Requests, ReadRange.Everything).Count());
        var kept = store.Read(TelemetryTables.Steps, ReadRange.Everything).Count();
        await Run("--policy", "rapid,static:0.5", "--data", Path.Combine(_folder, "all"), "--step-sampling", "1/1");
        using var whole = Open(Path.Combine(_folder, "all"));
        var all = whole.Read(TelemetryTables.Steps, ReadRange.Everything).Count();
        Assert.InRange(kept, (all / 4) - 2, (all / 4) + 2);
    }

    [Fact]
    public async Task Replay_SameSeedTwice_LeavesTheSameLog()
    {
        await Run("--data", Path.Combine(_folder, "a"), "--seeds", "2");
        await Run("--data", Path.Combine(_folder, "b"), "--seeds", "2");

        using var a = Open(Path.Combine(_folder, "a"));
        using var b = Open(Path.Combine(_folder, "b"));
        Assert.Equal(a.Read(TelemetryTables.Steps, ReadRange.Everything), b.Read(TelemetryTables.Steps, ReadRange.Everything));
        Assert.Equal(a.Read(TelemetryTables.Requests, ReadRange.Everything), b.Read(TelemetryTables.Requests, ReadRange.Everything));
    }

    [Theory]
    [InlineData("--step-sampling", "1/4")]
    [InlineData("--data", "x", "--step-sampling", "4")]
    [InlineData("--data", "x", "--step-sampling", "1/0")]
    public async Task Replay_WrongSampling_Exits2(params string[] options)
    {
        var error = new StringWriter();
        var exit = await CommandTree.RunAsync(["replay", "--workload", Trace(), .. options], new Terminal(TextWriter.Null, error, TimeProvider.System));

        Assert.Equal(ExitCode.BadInput, exit);
        Assert.Contains("--step-sampling", error.ToString());
    }

    [Fact]
    public async Task Replay_DataIsAFile_Exits2()
    {
        var error = new StringWriter();
        var file = Trace();
        var exit = await CommandTree.RunAsync(["replay", "--workload", file, "--data", file], new Terminal(TextWriter.Null, error, TimeProvider.System));

        Assert.Equal(ExitCode.BadInput, exit);
        Assert.Contains("is a file", error.ToString());
    }

    [Theory]
    [InlineData("is no store", "--data", "x", "--store", "mongo")]
    [InlineData("without --data", "--store", "sqlite")]
#if !FULL_EDITION
    [InlineData("Edition=full", "--data", "x", "--store", "litedb")]
#endif
    public async Task Replay_WrongStore_Exits2AndSaysWhatToDo(string said, params string[] options)
    {
        var error = new StringWriter();
        var exit = await CommandTree.RunAsync(["replay", "--workload", Trace(), .. options], new Terminal(TextWriter.Null, error, TimeProvider.System));

        Assert.Equal(ExitCode.BadInput, exit);
        Assert.Contains("--store", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(said, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_FolderHoldsSqlite_GoesOnInIt()
    {
        var data = Path.Combine(_folder, "a");
        await Run("--data", data);
        await RunDefault("--data", data);

        using var store = Open(data);
        Assert.Equal(2, store.Read(TelemetryTables.Runs, ReadRange.Everything).Count());
    }

    private const int Requests = 40;

    private static SqliteStore Open(string folder) => SqliteStore.Open(folder, new SqliteStoreOptions { ReadOnly = true }, TimeProvider.System);

    private Task Run(params string[] options) => RunDefault(["--store", "sqlite", .. options]);

    private async Task RunDefault(params string[] options)
    {
        var error = new StringWriter();
        var exit = await CommandTree.RunAsync(["replay", "--workload", Trace(), "--json", .. options], new Terminal(TextWriter.Null, error, TimeProvider.System));
        Assert.True(exit == ExitCode.Done, error.ToString());
    }

    private string Trace()
    {
        var path = Path.Combine(_folder, "trace.csv");
        File.WriteAllLines(path, ["arrival_s,prompt_tokens,output_tokens", .. Enumerable.Range(0, Requests).Select(i => $"{i * 2},{300 + (i * 10)},{5 + i}")]);
        return path;
    }
}
