using System.Text.Json;

namespace RapidTuner.Tests.Commands;

public sealed class WorkloadCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapidtuner-workload-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Describe_Json_IsOneDocument()
    {
        var path = Write("t.csv", "arrival_s,prompt_tokens,output_tokens,cached_prompt_tokens\n0,10,5,0\n30,30,10,20\n60,20,7,10\n");

        var (code, output, error) = await ProgramRun.Of("workload", "describe", path, "--json");

        Assert.Equal((ExitCode.Done, ""), (code, error));
        var document = JsonDocument.Parse(output).RootElement;
        Assert.Equal(3, document.GetProperty("requests").GetInt32());
        Assert.Equal(60, document.GetProperty("span_s").GetDouble());
        Assert.Equal(0.5, document.GetProperty("cached_share").GetDouble());
        Assert.Equal(20, document.GetProperty("prompt_tokens").GetProperty("p50").GetInt32());
    }

    [Fact]
    public async Task Describe_SkippedRows_AreCountedOnStderrAndInTheDocument()
    {
        var path = Write("azure.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,5,0\n2023-11-16 18:17:04,5,6\n");

        var (code, output, error) = await ProgramRun.Of("workload", "describe", path, "--json");

        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("skipped 1", error, StringComparison.Ordinal);
        Assert.Equal(1, JsonDocument.Parse(output).RootElement.GetProperty("skipped").GetInt32());
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(output).RootElement.GetProperty("offered_rps").ValueKind);
    }

    [Fact]
    public async Task FitGenerateDescribe_Chain_ComesOutAlike()
    {
        var rows = string.Concat(Enumerable.Range(0, 900).Select(i => $"{i * 0.7:F1},{100 + (i * 37 % 500)},{10 + (i * 53 % 200)}\n"));
        var trace = Write("t.csv", "arrival_s,prompt_tokens,output_tokens\n" + rows);
        var (spec, made, again) = (PathOf("s.json"), PathOf("made.csv.gz"), PathOf("again.csv"));

        Assert.Equal(ExitCode.Done, (await ProgramRun.Of("workload", "fit", trace, "--out", spec)).ExitCode);
        Assert.Equal(ExitCode.Done, (await ProgramRun.Of("workload", "generate", spec, "--out", made, "--seed", "3")).ExitCode);
        Assert.Equal(ExitCode.Done, (await ProgramRun.Of("workload", "generate", spec, "--out", again, "--seed", "3")).ExitCode);
        var (code, output, _) = await ProgramRun.Of("workload", "describe", made, "--against", trace, "--json");

        Assert.Equal(ExitCode.Done, code);
        var tests = JsonDocument.Parse(output).RootElement.GetProperty("against");
        Assert.Equal("t", tests.GetProperty("workload").GetString());
        Assert.InRange(tests.GetProperty("prompt_tokens").GetProperty("p").GetDouble(), 0.01, 1);
        Assert.Equal(0, JsonDocument.Parse((await ProgramRun.Of("workload", "describe", again, "--against", made, "--json")).Out).RootElement.GetProperty("against").GetProperty("gaps").GetProperty("distance").GetDouble());
    }

    [Theory]
    [InlineData("azure-2023-conv")]
    [InlineData("AZURE-CONV")]
    [InlineData("shifting")]
    public async Task Describe_BundledName_IsFoundFromAnyFolder(string name)
    {
        var (code, output, _) = await ProgramRun.Of("workload", "describe", name);

        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("requests over", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nearest is shifting", "workload", "describe", "shiftin")]
    [InlineData("--out", "workload", "fit", "azure-2023-conv")]
    [InlineData("give a whole number", "workload", "generate", "shifting", "--out", "x.csv", "--seed", "-1")]
    [InlineData("give a file in a folder that exists", "workload", "generate", "shifting", "--out", "missing/folder/x.csv")]
    [InlineData("interactive, reasoning, agent, batch", "workload", "fit", "shifting", "--out", "x.json", "--slo-class", "soon")]
    public async Task Run_BadInput_ExitsTwoWithEmptyStdout(string says, params string[] args)
    {
        var (code, output, error) = await ProgramRun.Of(args);

        Assert.Equal((ExitCode.BadInput, ""), (code, output));
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_EmptyTrace_SaysEmpty()
    {
        var (code, output, error) = await ProgramRun.Of("workload", "describe", Write("t.csv", "arrival_s,prompt_tokens,output_tokens\n"));

        Assert.Equal((ExitCode.BadInput, ""), (code, output));
        Assert.Contains("empty", error, StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private string Write(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);
        return PathOf(name);
    }
}
