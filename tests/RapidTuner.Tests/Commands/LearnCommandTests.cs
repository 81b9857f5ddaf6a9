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
