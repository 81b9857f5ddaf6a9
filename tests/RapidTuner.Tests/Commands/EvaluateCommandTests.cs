using System.Text.Json;

namespace RapidTuner.Tests.Commands;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapidtuner-evaluate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Evaluate_LogOfARule_SaysWhatIfAndThatTheLogKnowsNoOther()
    {
        var data = await Logged();
        var (exit, output, _) = await ProgramRun.Of("evaluate", "--data", data, "--policy", "static:0.5", "--json");
        Assert.Equal(0, exit);
        using var report = JsonDocument.Parse(output);
        var root = report.RootElement;
        Assert.Equal(["static:0.5", "rapid"], root.GetProperty("what_if").EnumerateArray().Select(w => w.GetProperty("policy").GetString()));
        Assert.Equal(0, root.GetProperty("off_policy").GetArrayLength());
        Assert.True(root.GetProperty("deterministic").GetBoolean());
        Assert.Equal(Requests, root.GetProperty("requests").GetInt32());

        // The twin replays what the twin logged: the check of the twin must hold exactly.
        Assert.Equal(root.GetProperty("logged_attainment").GetDouble(), root.GetProperty("what_if")[1].GetProperty("attainment").GetDouble(), 0.02);
    }

    [Fact]
    public async Task Evaluate_ThePolicyThatLogged_IsFittedValuesOnlyAndSaysSo()
    {
        var data = await Logged();
        var (exit, output, _) = await ProgramRun.Of("evaluate", "--data", data, "--policy", "rapid", "--json");
        Assert.Equal(0, exit);
        using var report = JsonDocument.Parse(output);
        var rows = report.RootElement.GetProperty("off_policy").EnumerateArray().ToDictionary(r => r.GetProperty("method").GetString()!, r => r);
        Assert.Equal("insufficient", rows["pdwis"].GetProperty("support").GetString());
        Assert.Equal(JsonValueKind.Null, rows["pdwis"].GetProperty("rate_rps").ValueKind);
        Assert.Equal("model_only", rows["fqe"].GetProperty("support").GetString());
        Assert.True(rows["fqe"].GetProperty("rate_rps").GetDouble() > 0);

        var (_, text, _) = await ProgramRun.Of("evaluate", "--data", data, "--policy", "rapid");
        Assert.Contains("insufficient support", text, StringComparison.Ordinal);
        Assert.Contains("by a fitted model alone", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_WrongLine_TellsEveryMistakeAtOnce()
    {
        var (exit, output, error) = await ProgramRun.Of("evaluate", "--data", Path.Combine(_folder, "none"), "--slo", "soft", "--run", "x");
        Assert.Equal(2, exit);
        Assert.Equal("", output);
        Assert.Contains("--policy", error, StringComparison.Ordinal);
        Assert.Contains("holds no", error, StringComparison.Ordinal);
        Assert.Contains("--slo", error, StringComparison.Ordinal);
        Assert.Contains("--run", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_PolicyOfNobody_ListsThoseThatAre()
    {
        var data = await Logged();
        var (exit, output, error) = await ProgramRun.Of("evaluate", "--data", data, "--policy", "rapidd");
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains("nexus", error, StringComparison.Ordinal);
        (exit, output, error) = await ProgramRun.Of("evaluate", "--data", data, "--policy", "rapid", "--run", "99");
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains("no run 99", error, StringComparison.Ordinal);
    }

    private const int Requests = 600;

    private async Task<string> Logged()
    {
        var data = Path.Combine(_folder, "data");
        var trace = Path.Combine(_folder, "trace.csv");
        var rows = Enumerable.Range(0, Requests).Select(i => FormattableString.Invariant($"{i * 0.4},{200 + (i * 37 % 1500)},{20 + (i * 13 % 60)}"));
        await File.WriteAllLinesAsync(trace, rows.Prepend("arrival_s,prompt_tokens,output_tokens"));
        var (exit, _, error) = await ProgramRun.Of("replay", "--workload", trace, "--device", "l20", "--model", "qwen2.5-3b", "--policy", "rapid", "--data", data);
        Assert.True(exit == 0, error);
        return data;
    }
}
