using System.Text.Json.Nodes;

namespace RapidTuner.Tests.Commands;

public sealed class LearnCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Table => Path.Combine(_folder, "t.csv");

    private string Model => Path.Combine(_folder, "m.model");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task FitThenEval_Json_HasTheContractsFields()
    {
        Write();
        var fit = await ProgramRun.Of("learn", "fit", "--table", Table, "--target", "t", "--trees", "40", "--out", Model, "--json");
        Assert.Equal(ExitCode.Done, fit.ExitCode);
        Assert.Equal(60, JsonNode.Parse(fit.Out)!["rows"]!.GetValue<int>());
        var eval = await ProgramRun.Of("learn", "eval", "--model", Model, "--table", Table, "--json");
        Assert.Equal(ExitCode.Done, eval.ExitCode);
        var json = JsonNode.Parse(eval.Out)!.AsObject();
        Assert.All(["rows", "mape", "median_ape", "r2", "pinball", "coverage", "fit_s", "predict_s_per_row"], key => Assert.True(json.ContainsKey(key), key));
        Assert.InRange(json["mape"]!.GetValue<double>(), 0, 0.5);
    }

    [Fact]
    public async Task Eval_By_PrintsALinePerValue()
    {
        Write();
        await ProgramRun.Of("learn", "fit", "--table", Table, "--target", "t", "--trees", "10", "--categorical", "x", "--out", Model);
        var eval = await ProgramRun.Of("learn", "eval", "--model", Model, "--table", Table, "--by", "kind");
        Assert.Equal(ExitCode.Done, eval.ExitCode);
        Assert.Contains("even", eval.Out, StringComparison.Ordinal);
        Assert.Contains("odd", eval.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fit_NothingGiven_TellsAllThatIsMissing()
    {
        var run = await ProgramRun.Of("learn", "fit", "--loss", "cubed");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.Contains("--table: is missing", run.Error, StringComparison.Ordinal);
        Assert.Contains("--target: is missing", run.Error, StringComparison.Ordinal);
        Assert.Contains("--out: is missing", run.Error, StringComparison.Ordinal);
        Assert.Contains("--loss: \"cubed\" is unknown", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fit_TableWithoutPhysics_ExitsTwoAndNamesTheColumns()
    {
        Write();
        var run = await ProgramRun.Of("learn", "fit", "--table", Table, "--target", "t", "--trainer", "physics", "--out", Model);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("the table lacks m_tokens, n_out, k_in", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Model));
    }

    [Fact]
    public async Task Fit_BadLine_TellsAllBeforeItReads()
    {
        Write();
        var run = await ProgramRun.Of(
            "learn", "fit", "--table", Path.Combine(_folder, "none.csv"), "--target", "t", "--trainer", "forest", "--leaves", "1", "--out", Path.Combine(_folder, "no", "m.model"));
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.All(
            ["none.csv: there is no such file", "--trainer: \"forest\" is unknown", "--leaves: is `1`", "m.model` cannot be written"],
            said => Assert.Contains(said, run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fit_OutIsTheTable_IsRefusedAlsoThroughALink()
    {
        Write();
        var before = await File.ReadAllTextAsync(Table);
        File.CreateSymbolicLink(Model, Table);
        foreach (var path in new[] { Table, Model, Path.Combine(_folder, ".", "t.csv") })
        {
            var run = await ProgramRun.Of("learn", "fit", "--table", Table, "--target", "t", "--trees", "5", "--out", path);
            Assert.Equal(ExitCode.BadInput, run.ExitCode);
            Assert.Contains("is the table itself", run.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, await File.ReadAllTextAsync(Table));
    }

    [Fact]
    public async Task Fit_NothingToLearnFrom_ExitsTwo()
    {
        Write();
        var run = await ProgramRun.Of("learn", "fit", "--table", Table, "--target", "t", "--ignore", "x,kind", "--out", Model);
        Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
        Assert.Contains("no column to tell t from", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eval_BothFilesOrSeveralColumnsMissing_TellsAll()
    {
        var missing = await ProgramRun.Of("learn", "eval", "--model", Path.Combine(_folder, "a"), "--table", Path.Combine(_folder, "b"));
        Assert.Equal((ExitCode.BadInput, 2), (missing.ExitCode, missing.Error.Split("there is no such file").Length - 1));
        Write();
        await ProgramRun.Of("learn", "fit", "--table", Table, "--target", "t", "--trees", "5", "--out", Model);
        await File.WriteAllTextAsync(Table, "kind,t\nodd,1\n");
        var run = await ProgramRun.Of("learn", "eval", "--model", Model, "--table", Table, "--by", "y");
        Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
        Assert.Contains("no column x", run.Error, StringComparison.Ordinal);
        Assert.Contains("no column y", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eval_NotAModel_ExitsTwo()
    {
        Write();
        var run = await ProgramRun.Of("learn", "eval", "--model", Table, "--table", Table);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("is no RapidTuner model", run.Error, StringComparison.Ordinal);
    }

    private void Write() =>
        File.WriteAllLines(Table, Enumerable.Range(1, 60).Select(i => $"{i},{(i % 2 == 0 ? "even" : "odd")},{i * (1 + (i % 2))}").Prepend("x,kind,t"));
}
