namespace RapidTuner.Tests.Commands;

public sealed class CommandTreeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapidtuner-commands-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("replai", "--json")]
    public async Task Run_CommandOfNoSuchName_SaysThatThisVersionHasNone(string name, string next)
    {
        var run = await ProgramRun.Of(name, next);

        Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
        Assert.StartsWith($"{name}: this version has no such command; it has replay, ", run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Run_ParserRefusesAnOption_TellsEveryOtherMistakeAsItStands()
    {
        var trace = Path.Combine(_folder, "bad.csv");
        await File.WriteAllTextAsync(trace, "arrival_s,prompt_tokens,output_tokens\n0,1,1\n1,-2,1\n");
        foreach (var line in new string[][]
        {
            ["replay", "--bogus", "--workload", trace],
            ["workload", "describe", trace, "--bogus"],
            ["workload", "fit", trace, "--bogus"],
        })
        {
            var run = await ProgramRun.Of(line);

            Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
            Assert.Contains("rapidtuner: Unrecognized command or argument '--bogus'; ", run.Error);
            Assert.Contains($"\n{trace}:3:3: prompt_tokens is `-2`, less than 1; give tokens, 1 to 100000000", run.Error.ReplaceLineEndings("\n"));
        }
    }

    [Fact]
    public async Task Run_PredictWithBogusOptionAndWrongShare_TellsBoth()
    {
        var run = await ProgramRun.Of("predict", "--bogus", "--phase", "decode", "--share", "2");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("'--bogus'", run.Error);
        Assert.Contains("--share: is `2`", run.Error);
    }

    [Fact]
    public async Task Run_ManyBadRows_CountsThoseThatItDoesNotList()
    {
        var trace = Path.Combine(_folder, "bad.csv");
        await File.WriteAllLinesAsync(trace, ["arrival_s,prompt_tokens,output_tokens", .. Enumerable.Range(0, 130).Select(i => $"{i},0,1")]);
        var run = await ProgramRun.Of("replay", "--workload", trace, "--seeds", "0");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("--seeds: is `0`", run.Error);
        Assert.Contains("more", run.Error.TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public async Task Run_WorkloadFitWithEverythingWrong_TellsAllAtOnce()
    {
        var run = await ProgramRun.Of("workload", "fit", Path.Combine(_folder, "none.csv"), "--out", Path.Combine(_folder, "no", "s.json"), "--slo-class", "x");

        Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
        Assert.Contains("none.csv", run.Error);
        Assert.Contains("--out: ", run.Error);
        Assert.Contains("--slo-class: is `x`", run.Error);
    }

    [Fact]
    public async Task Run_SpecWithByteOrderMark_IsRead()
    {
        var trace = Path.Combine(_folder, "t.csv");
        var spec = Path.Combine(_folder, "s.json");
        await File.WriteAllTextAsync(trace, "arrival_s,prompt_tokens,output_tokens\n0,5,1\n1,6,2\n2,6,2\n");
        Assert.Equal(ExitCode.Done, (await ProgramRun.Of("workload", "fit", trace, "--out", spec)).ExitCode);
        await File.WriteAllTextAsync(spec, "\uFEFF" + await File.ReadAllTextAsync(spec));

        Assert.Equal(ExitCode.Done, (await ProgramRun.Of("workload", "describe", spec)).ExitCode);
    }

    [Fact]
    public async Task Run_CalibrateIntoAFolderThatIsMissing_IsRefusedBeforeFitting()
    {
        var run = await ProgramRun.Of("calibrate", "--table", "none.csv", "--device", "h100", "--out", Path.Combine(_folder, "no", "d.json"));

        Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
        Assert.Contains("--out: ", run.Error);
    }
}
