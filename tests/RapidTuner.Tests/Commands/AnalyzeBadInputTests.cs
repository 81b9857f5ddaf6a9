using System.Text.Json.Nodes;
using RapidTuner.Telemetry.Features;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Tests.Commands;

/// <summary>Logs that are short of something: a report says what it cannot say, or there is a refusal, and never a made-up number.</summary>
public sealed class AnalyzeBadInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("analyze-bad").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task OneWindow_NoFigureIsMadeUp()
    {
        Write(new RunRecord { Device = "l20", Model = "qwen2.5-3b", Policy = "rapid" }, batch => batch.Windows.Add(Window(0)));
        var report = await Analyze();
        Assert.Null(report["verdict"]!["attainment"]);
        Assert.Null(report["verdict"]!["goodput_rps"]);
        Assert.Null(report["what_if"]);
        Assert.Empty(report["forecasts"]!.AsArray());
        Assert.Empty(report["predictors"]!.AsArray());
        Assert.Single(report["timeline"]!.AsArray());
        Assert.StartsWith("The log holds no finished request", report["verdict"]!["sentences"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(Said(report), s => s.StartsWith("blocks with requests", StringComparison.Ordinal));
        await Page();
    }

    [Fact]
    public async Task Gapped_GapsAreCounted_AndBreakTheLines()
    {
        Write(new RunRecord { Device = "l20", Model = "qwen2.5-3b", Policy = "rapid" }, batch =>
        {
            batch.Windows.AddRange(Enumerable.Range(0, 30).Select(Window));
            batch.Windows.AddRange(Enumerable.Range(130, 30).Select(Window));
            batch.Requests.AddRange(Requests(0, 30));
            batch.Requests.AddRange(Requests(130, 30));
        });
        var report = await Analyze();
        var gap = report["quality"]!.AsArray().Single(q => q!["what"]!.GetValue<string>().StartsWith("windows of 1 s that are missing", StringComparison.Ordinal));
        Assert.Equal(100, gap!["count"]!.GetValue<long>());
        var missing = report["quality"]!.AsArray().Single(q => q!["what"]!.GetValue<string>().StartsWith("requests whose record is missing", StringComparison.Ordinal));
        Assert.Equal(100, missing!["count"]!.GetValue<long>());
        Assert.DoesNotContain(report["timeline"]!.AsArray(), p => p!["from_s"]!.GetValue<double>() is > 35 and < 125);
        await Page();
    }

    [Fact]
    public async Task Truncated_IsRefused()
    {
        Write(new RunRecord { Device = "l20", Model = "qwen2.5-3b", Policy = "rapid" }, batch => batch.Requests.AddRange(Requests(0, 5_000)));
        var file = Path.Combine(Data, SqliteStoreOptions.FileName);
        foreach (var journal in new[] { "-wal", "-shm" })
        {
            File.Delete(file + journal);
        }

        using (var cut = new FileStream(file, FileMode.Open))
        {
            cut.SetLength(cut.Length / 2);
        }

        var run = await ProgramRun.Of("analyze", "--data", Data);
        Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
        Assert.Contains("--data", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TruncatedExport_IsRefused()
    {
        Write(new RunRecord { Device = "l20", Model = "qwen2.5-3b", Policy = "rapid" }, batch => batch.Requests.AddRange(Requests(0, 50)));
        var export = Path.Combine(_folder, "export");
        Assert.Equal(ExitCode.Done, (await ProgramRun.Of("export", "--data", Data, "--out", export)).ExitCode);
        var file = Directory.GetFiles(export, "requests.*").Single();
        using (var cut = new FileStream(file, FileMode.Open))
        {
            cut.SetLength(cut.Length - 20);
        }

        var run = await ProgramRun.Of("analyze", "--data", export);
        Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
        Assert.Contains("requests.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MixedDevices_OneIsLookedAt_AndTheOthersAreNamed()
    {
        Write(new RunRecord { Device = "l20", Model = "qwen2.5-3b", Policy = "rapid" }, batch => batch.Requests.AddRange(Requests(0, 50)));
        Write(new RunRecord { Device = "h100", Model = "llama-3.1-8b", Policy = "rapid" }, batch => batch.Requests.AddRange(Requests(100, 20)));
        var report = await Analyze();
        Assert.Equal(50, report["verdict"]!["requests"]!.GetValue<int>());
        Assert.Equal("l20", report["runs"]!.AsArray().Single(r => r!["chosen"]!.GetValue<bool>())!["record"]!["device"]!.GetValue<string>());
        Assert.Contains(Said(report), s => s.StartsWith("runs of another device", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MixedVersions_AreNamed()
    {
        Write(new RunRecord { Device = "l20", Model = "qwen2.5-3b", Policy = "rapid", Version = "1" }, batch => batch.Requests.AddRange(Requests(0, 50)));
        Write(new RunRecord { Device = "l20", Model = "qwen2.5-3b", Policy = "rapid", Version = "2" }, batch => batch.Requests.AddRange(Requests(100, 50)));
        var report = await Analyze();
        Assert.Equal(100, report["verdict"]!["requests"]!.GetValue<int>());
        Assert.Contains(Said(report), s => s.StartsWith("program versions beyond the first", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ForeignFile_IsRefused()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "dictionary.json"), "{\"some\": \"thing else\"}");
        var run = await ProgramRun.Of("analyze", "--data", Data);
        Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
        Assert.Contains("dictionary.json", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_TwiceTheSame_IsOnce_AndSaysSo()
    {
        Write(new RunRecord { Device = "l20", Model = "qwen2.5-3b", Policy = "rapid" }, batch =>
        {
            batch.Requests.AddRange(Requests(0, 50));
            batch.Windows.Add(Window(0));
        });
        var (export, target) = (Path.Combine(_folder, "export"), Path.Combine(_folder, "target"));
        Assert.Equal(ExitCode.Done, (await ProgramRun.Of("export", "--data", Data, "--out", export)).ExitCode);
        Assert.Contains("50 requests", (await ProgramRun.Of("import", "--from", export, "--data", target)).Out, StringComparison.Ordinal);
        var again = await ProgramRun.Of("import", "--from", export, "--data", target);
        Assert.True(again.ExitCode == ExitCode.Done, again.Error);
        Assert.Contains("0 runs", again.Out, StringComparison.Ordinal);
        Assert.Contains("run 1 of the export is in the store already", again.Error, StringComparison.Ordinal);

        // What is there but differs in a row is another run.
        Write(new RunRecord { Device = "l20", Model = "qwen2.5-3b", Policy = "rapid" }, batch => batch.Requests.AddRange(Requests(0, 51)));
        Directory.Delete(export, recursive: true);
        await ProgramRun.Of("export", "--data", Data, "--out", export);
        Assert.Contains("1 runs, 51 requests", (await ProgramRun.Of("import", "--from", export, "--data", target)).Out, StringComparison.Ordinal);
        using var store = SqliteStore.Open(target, new SqliteStoreOptions { ReadOnly = true }, TimeProvider.System);
        Assert.Equal(101, store.Read(TelemetryTables.Requests, ReadRange.Everything).Count());
    }

    private static IEnumerable<RequestRecord> Requests(int from, int count) => Enumerable.Range(from, count).Select(i => new RequestRecord
    {
        Request = i,
        ArrivalUs = i * Micros.PerS,
        FirstTokenUs = (i * Micros.PerS) + 50_000,
        FinishUs = (i * Micros.PerS) + 900_000,
        TtftLimitUs = Micros.PerS,
        PromptTokens = 300,
        OutputTokens = 20,
    });

    private static WindowRecord Window(int second) => new()
    {
        StartUs = second * Micros.PerS,
        WidthS = 1,
        Values = [.. FeatureList.All.Select(_ => 1.0)],
    };

    private static IEnumerable<string> Said(JsonObject report) => report["quality"]!.AsArray().Select(q => q!["what"]!.GetValue<string>());

    private void Write(RunRecord run, Action<TelemetryBatch> fill)
    {
        using var store = SqliteStore.Open(Data, new SqliteStoreOptions(), TimeProvider.System);
        var batch = new TelemetryBatch(run);
        fill(batch);
        store.Append(batch);
    }

    private async Task<JsonObject> Analyze()
    {
        var run = await ProgramRun.Of("analyze", "--data", Data, "--format", "json", "--policy", "rapid,static:0.5", "--what-if", "2");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return JsonNode.Parse(run.Out)!.AsObject();
    }

    private async Task Page()
    {
        var run = await ProgramRun.Of("analyze", "--data", Data, "--what-if", "2", "--policy", "rapid");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        Assert.DoesNotContain("NaN", run.Out, StringComparison.Ordinal);
    }
}
