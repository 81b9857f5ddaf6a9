using System.Text.Json;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Tests.Commands;

public sealed class DataCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapidtuner-data-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public async Task Import_OfAnExport_BringsTheSameRowsBack(string format)
    {
        await Fill("a");
        using (var store = Open("a", readOnly: false))
        {
            store.Save(new Telemetry.Records.ModelRecord { Id = "m", Status = "champion", Card = "two\nlines, \"quoted\"", Artefact = [0, 1, 255] });
            store.Save(new Telemetry.Records.JobRecord { Id = "j", Name = "train", State = "done", StartedUs = 5, EndedUs = 9, Progress = 1 });
        }

        var exported = await ProgramRun.Of("export", "--data", At("a"), "--out", At("e"), "--format", format, "--json");
        Assert.Equal("", exported.Error);
        Assert.Equal(0, exported.ExitCode);
        var imported = await ProgramRun.Of("import", "--data", At("b"), "--store", "sqlite", "--from", At("e"), "--json");
        Assert.Equal("", imported.Error);

        Assert.Equal(
            JsonDocument.Parse(exported.Out).RootElement.GetProperty("rows").GetProperty("steps").GetInt64(),
            JsonDocument.Parse(imported.Out).RootElement.GetProperty("rows").GetProperty("steps").GetInt64());
        using var a = Open("a");
        using var b = Open("b");
        using var e = new Evaluation.Exchange.ExportedStore(At("e"));
        foreach (var other in (ITelemetryStore[])[b, e])
        {
            Assert.Equal(a.Read(TelemetryTables.Runs, ReadRange.Everything), other.Read(TelemetryTables.Runs, ReadRange.Everything));
            Assert.Equal(a.Read(TelemetryTables.Steps, ReadRange.Everything), other.Read(TelemetryTables.Steps, ReadRange.Everything));
            Assert.Equal(a.Read(TelemetryTables.Gaps, ReadRange.Everything), other.Read(TelemetryTables.Gaps, ReadRange.Everything));
            Assert.Equal(a.Read(TelemetryTables.Requests, ReadRange.Everything), other.Read(TelemetryTables.Requests, ReadRange.Everything));
            Assert.Equal(a.Read(TelemetryTables.Requests, new ReadRange { OrderBy = "arrival_us" }), other.Read(TelemetryTables.Requests, new ReadRange { OrderBy = "arrival_us" }));
            Assert.Equal(a.Read(TelemetryTables.Decisions, ReadRange.Everything), other.Read(TelemetryTables.Decisions, ReadRange.Everything));
            Assert.Equal(Windows(a), Windows(other));
            var model = Assert.Single(other.Read(TelemetryTables.Models, ReadRange.Everything));
            Assert.Equal(("m", "two\nlines, \"quoted\""), (model.Id, model.Card));
            Assert.Equal([0, 1, 255], model.Artefact);
            Assert.Equal(9, Assert.Single(other.Read(TelemetryTables.Jobs, ReadRange.Everything)).EndedUs);
        }
    }

    [Fact]
    public async Task Export_Dictionary_DescribesEveryColumn()
    {
        await Fill("a");
        await ProgramRun.Of("export", "--data", At("a"), "--out", At("e"), "--tables", "requests");

        var tables = JsonDocument.Parse(File.ReadAllText(Path.Combine(At("e"), "dictionary.json"))).RootElement.GetProperty("tables");
        Assert.Equal(["runs", "requests"], tables.EnumerateArray().Select(t => t.GetProperty("name").GetString()));
        Assert.Equal(
            TelemetryTables.Requests.Columns.Select(c => (c.Name, c.Unit, c.Description)),
            tables[1].GetProperty("columns").EnumerateArray().Select(c => (c.GetProperty("name").GetString()!, c.GetProperty("unit").GetString()!, c.GetProperty("description").GetString()!)));
        Assert.Equal(string.Join(',', TelemetryTables.Requests.Columns.Select(c => c.Name)), File.ReadLines(Path.Combine(At("e"), "requests.csv")).First());
    }

    [Fact]
    public async Task Restore_OfABackup_BringsItBack()
    {
        await Fill("a");
        var backup = await ProgramRun.Of("backup", "--data", At("a"), "--out", At("a.db"));
        Assert.Equal((0, ""), (backup.ExitCode, backup.Error));
        await Fill("a");

        var restore = await ProgramRun.Of("restore", "--data", At("a"), "--from", At("a.db"));

        Assert.Equal((0, ""), (restore.ExitCode, restore.Error));
        using var store = Open("a");
        Assert.Single(store.Read(TelemetryTables.Runs, ReadRange.Everything));
    }

    [Theory]
    [InlineData("--data", "export")]
    [InlineData("--out", "export")]
    [InlineData("--tables", "export", "--tables", "colours")]
    [InlineData("--since", "export", "--since", "tomorrow")]
    [InlineData("--format", "export", "--format", "xml")]
    [InlineData("--from", "import")]
    [InlineData("dictionary.json", "import", "--from", "nowhere")]
    [InlineData("--out", "backup")]
    [InlineData("--data", "backup", "--out", "x.db")]
    [InlineData("--from", "restore", "--from", "nowhere.db")]
    public async Task DataCommand_BadArguments_Exits2WithNothingOnStdout(string about, params string[] line)
    {
        var run = await ProgramRun.Of([.. line, "--data", At("nothing"), "--store", "sqlite"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Out);
        Assert.Contains(about, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("nothing")));
    }

    private static IEnumerable<string> Windows(ITelemetryStore store) =>
        store.Read(TelemetryTables.Windows, ReadRange.Everything).Select(w => $"{w.Seq} {w.Run} {w.StartUs} {w.WidthS} {Convert.ToHexString(w.Sums)} {string.Join(' ', w.Values)}");

    private string At(string name) => Path.Combine(_folder, name);

    private SqliteStore Open(string name, bool readOnly = true) => SqliteStore.Open(At(name), new SqliteStoreOptions { ReadOnly = readOnly }, TimeProvider.System);

    private async Task Fill(string name)
    {
        File.WriteAllLines(At("trace.csv"), ["arrival_s,prompt_tokens,output_tokens", .. Enumerable.Range(0, 30).Select(i => $"{i},{300 + (i * 10)},{5 + i}")]);
        var run = await ProgramRun.Of("replay", "--workload", At("trace.csv"), "--data", At(name), "--store", "sqlite", "--step-sampling", "1/2", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
    }
}
