using System.Text.Json.Nodes;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Tests.Commands;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly string _trace = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");

    public ReplayCommandTests()
    {
        var rows = Enumerable.Range(0, 120).Select(i => $"{i * 0.5},{100 + (i * 37 % 900)},{1 + (i * 13 % 60)}");
        File.WriteAllLines(_trace, rows.Prepend("arrival_s,prompt_tokens,output_tokens"));
    }

    public void Dispose() => File.Delete(_trace);

    [Fact]
    public async Task Run_Json_HasEveryFieldOfTheContract()
    {
        var run = await Replay("--policy", "rapid,disagg,static:0.6", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        var json = JsonNode.Parse(run.Out)!.AsObject();
        foreach (var field in new[] { "workload", "device", "model", "tp", "slo", "requests", "skipped", "excluded", "seed", "seeds", "policies" })
        {
            Assert.True(json.ContainsKey(field), field);
        }

        Assert.Equal("l20", json["device"]!.GetValue<string>());
        Assert.Equal("qwen2.5-3b", json["model"]!.GetValue<string>());
        Assert.Equal(120, json["requests"]!.GetValue<int>());
        foreach (var field in new[] { "tier", "ttft_s_per_1k", "ttft_floor_s", "itl_s" })
        {
            Assert.True(json["slo"]!.AsObject().ContainsKey(field), field);
        }

        Assert.Equal(["rapid", "disagg", "static:0.6"], json["policies"]!.AsArray().Select(p => p!["name"]!.GetValue<string>()));
        foreach (var row in json["policies"]!.AsArray().Select(p => p!.AsObject()))
        {
            foreach (var field in new[]
            {
                "name", "chosen", "requests", "attained", "attainment", "offered_rps", "goodput_rps", "max_goodput_rps", "throughput_tok_s", "devices",
                "ttft_s", "itl_s", "switches", "rejected", "ci", "decide_s", "wall_s",
            })
            {
                Assert.True(row.ContainsKey(field), field);
            }

            Assert.Null(row["max_goodput_rps"]);
            Assert.Equal(["p50", "p90", "p99"], row["ttft_s"]!.AsObject().Select(p => p.Key));
            Assert.Equal(["p50", "p90", "p99"], row["itl_s"]!.AsObject().Select(p => p.Key));
            Assert.Equal(["p50", "p99"], row["decide_s"]!.AsObject().Select(p => p.Key));
        }
    }

    [Theory]
    [InlineData("paper")]
    [InlineData("middle")]
    [InlineData("tight")]
    public async Task Run_Tier_IsReported(string tier)
    {
        var run = await Replay("--slo", tier, "--json");
        var slo = JsonNode.Parse(run.Out)!["slo"]!;
        Assert.Equal(tier, slo["tier"]!.GetValue<string>());
        Assert.Equal(tier == "paper" ? 1 : null, slo["ttft_s_per_1k"]?.GetValue<double>());
    }

    [Fact]
    public async Task Run_FindMaxGoodput_GivesTheTunedRowAndTheFixedOne()
    {
        var run = await Replay("--policy", "overlap", "--find-max-goodput", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        var rows = JsonNode.Parse(run.Out)!["policies"]!.AsArray();
        Assert.Equal(["overlap", "overlap:fixed"], rows.Select(p => p!["name"]!.GetValue<string>()));
        Assert.All(rows, row => Assert.True(row!["max_goodput_rps"]!.GetValue<double>() > 0));
        Assert.NotNull(rows[0]!["chosen"]!["chunk"]);
    }

    [Fact]
    public async Task Run_NoJson_WritesATableWithEveryRow()
    {
        var run = await Replay("--policy", "rapid,overlap");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("overlap", run.Out, StringComparison.Ordinal);
        Assert.Contains("attained", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Run_ManyMistakes_TellsAllAtOnceOnStderr()
    {
        var run = await ProgramRun.Of(
            "replay", "--workload", "nowhere.csv", "--device", "mi300", "--model", "llama", "--policy", "rapd,static:2", "--slo", "loose", "--rate-scale", "0", "--limit", "-1",
            "--window", "1:0", "--seed", "x", "--seeds", "0", "--perturb", "2", "--order", "lifo", "--chunk", "3", "--arrivals", "late", "--tp", "0", "--stack", "none", "--bogus", "1");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Empty(run.Out);
        foreach (var told in new[]
        {
            "nowhere.csv", "mi300x", "\"llama\"", "'rapd'", "static:2", "--slo", "--rate-scale", "--limit", "--window", "--seed:", "--seeds", "--perturb", "--order", "--chunk",
            "--arrivals", "--tp", "\"none\"", "--bogus",
        })
        {
            Assert.Contains(told, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_NoWorkload_SaysSo()
    {
        var run = await ProgramRun.Of("replay");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("--workload", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ModelTooLargeForTheDevice_NamesBytesNeededAndHad()
    {
        var run = await ProgramRun.Of("replay", "--workload", _trace, "--device", "l20", "--model", "llama-3.1-70b");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("does not fit", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Run_EmptyWorkload_SaysEmpty()
    {
        await File.WriteAllTextAsync(_trace, "arrival_s,prompt_tokens,output_tokens\n");
        var run = await Replay();
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("empty", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SearchWithoutSpan_IsRefused()
    {
        await File.WriteAllTextAsync(_trace, "arrival_s,prompt_tokens,output_tokens\n0,10,2\n0,10,2\n");
        var run = await Replay("--find-max-goodput");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("--find-max-goodput", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Run_WindowAndLimit_CutTheTrace()
    {
        var window = JsonNode.Parse((await Replay("--window", "0.5:1", "--json")).Out)!;
        Assert.Equal(60, window["requests"]!.GetValue<int>());
        var limit = JsonNode.Parse((await Replay("--limit", "7", "--json")).Out)!;
        Assert.Equal(7, limit["requests"]!.GetValue<int>());
    }

    [Fact]
    public async Task Run_ApplyLatency_IsReportedAndSlowsTheChangesOfASplit()
    {
        var atOnce = JsonNode.Parse((await Replay("--policy", "learned", "--json")).Out)!;
        var slow = JsonNode.Parse((await Replay("--policy", "learned", "--apply-latency", "20", "--apply-restart", "--json")).Out)!;
        Assert.Equal((0.0, false), (atOnce["apply_s"]!.GetValue<double>(), atOnce["apply_restarts"]!.GetValue<bool>()));
        Assert.Equal((20.0, true), (slow["apply_s"]!.GetValue<double>(), slow["apply_restarts"]!.GetValue<bool>()));
        static long Switches(JsonNode report) => report["policies"]![0]!["switches"]!.GetValue<long>();
        Assert.True(Switches(slow) < Switches(atOnce), $"{Switches(slow)} and {Switches(atOnce)}");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("90000")]
    public async Task Run_ApplyLatencyThatIsNone_IsRefused(string latency)
    {
        var run = await Replay("--apply-latency", latency);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("--apply-latency", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [SharedFact]
    public async Task Run_RealTraceAllPolicies_GivesEveryRivalsRow()
    {
        var run = await ProgramRun.Of(
            "replay", "--workload", SharedData.PathOf("workloads/azure-2023-code.csv"), "--limit", "600", "--policy", "all", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        string[] rivals = ["hybrid", "disagg", "static-best", "overlap", "rapid", "nexus", "pdmux", "bullet", "atom", "oracle"];
        var rows = JsonNode.Parse(run.Out)!["policies"]!.AsArray().Select(p => p!["name"]!.GetValue<string>());
        Assert.Subset(rows.ToHashSet(), rivals.ToHashSet());
    }

    private Task<ProgramRun> Replay(params string[] more) =>
        ProgramRun.Of(["replay", "--workload", _trace, "--device", "l20", "--model", "qwen2.5-3b", .. more]);
}
