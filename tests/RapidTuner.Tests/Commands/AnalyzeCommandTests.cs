using System.Globalization;
using System.Text.Json.Nodes;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Tests.Commands;

/// <summary>Logs that a replay wrote, analysed; the replay's own figures are the truth.</summary>
public sealed class AnalyzeCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("analyze").FullName;

    private JsonArray _replayed = [];

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Json_AgreesWithTheReplay()
    {
        var replay = await Replay("rapid");
        var report = await Analyze("--policy", "rapid,static:0.3", "--what-if", "full");

        Assert.Equal(replay["requests"]!.GetValue<int>(), report["verdict"]!["requests"]!.GetValue<int>());
        Assert.Equal(replay["attainment"]!.GetValue<double>(), report["verdict"]!["attainment"]!.GetValue<double>(), 9);
        Assert.Equal(3, report["verdict"]!["sentences"]!.AsArray().Count);
        var whatIf = report["what_if"]!;
        Assert.Equal("paper", whatIf["tier"]!.GetValue<string>());
        Assert.True(whatIf["tier_matches"]!.GetValue<bool>());
        Assert.False(whatIf["disagrees"]!.GetValue<bool>());
        Assert.Equal(1, whatIf["prefill_factor"]!.GetValue<double>(), 0.03);
        Assert.Equal(1, whatIf["decode_factor"]!.GetValue<double>(), 0.03);
        Assert.Equal(
            replay["attainment"]!.GetValue<double>(),
            whatIf["rows"]!.AsArray().First(r => r!["policy"]!.GetValue<string>() == "rapid")!["attainment"]!.GetValue<double>(), 0.1);
        Assert.NotEmpty(report["timeline"]!.AsArray());
        Assert.NotEmpty(report["curves"]!.AsArray());
        Assert.NotEmpty(report["predictors"]!.AsArray());
        Assert.NotEmpty(report["reasons"]!.AsArray());
        Assert.Equal(0.1, report["itl_limit_s"]!.GetValue<double>(), 9);
    }

    [Fact]
    public async Task PolicyMap_OfRapid_IsWhatRapidChooses()
    {
        await Replay("rapid");
        var cells = (await Analyze("--what-if", "none"))["policy_map"]!.AsArray();
        Assert.NotEmpty(cells);
        Assert.All(cells, c => Assert.Equal(c!["others"]!["rapid"]!.GetValue<double>(), c["prefill_share"]!.GetValue<double>(), 0.02));
        Assert.Contains(cells, c => Math.Abs(c!["others"]!["nexus"]!.GetValue<double>() - c["prefill_share"]!.GetValue<double>()) > 0.02);
    }

    [Fact]
    public async Task WhatIf_OfAnotherPolicy_HoldsItsRealReplay()
    {
        await Replay("rapid,static:0.3,static:0.9");
        var rows = (await Analyze("--policy", "static:0.3,static:0.9", "--what-if", "full", "--run", "1"))["what_if"]!["rows"]!.AsArray();
        foreach (var replayed in _replayed.Skip(1))
        {
            var row = rows.Single(r => r!["policy"]!.GetValue<string>() == replayed!["name"]!.GetValue<string>())!;
            Assert.InRange(replayed!["attainment"]!.GetValue<double>(), row["low"]!.GetValue<double>(), row["high"]!.GetValue<double>());
        }
    }

    [Fact]
    public async Task Oracle_StaysBelowNobody_AndHasAMap()
    {
        await Replay("rapid");
        var whatIf = (await Analyze("--policy", "rapid,nexus,oracle", "--what-if", "2"))["what_if"]!;
        foreach (var block in whatIf["blocks"]!.AsArray())
        {
            var attained = block!["attained"]!.AsObject().ToDictionary(a => a.Key, a => a.Value!.GetValue<double>());
            Assert.Equal(attained.Values.Max(), attained["oracle"]);
            Assert.Equal(attained["oracle"] - attained["rapid"], block["regret"]!.GetValue<double>(), 9);
        }

        var regret = whatIf["regret"]!;
        Assert.InRange(regret["mean"]!.GetValue<double>(), regret["low"]!.GetValue<double>(), regret["high"]!.GetValue<double>());
        Assert.NotEmpty(whatIf["oracle_map"]!.AsArray());
        Assert.All(whatIf["oracle_map"]!.AsArray(), c => Assert.InRange(c!["prefill_share"]!.GetValue<double>(), 0, 1));
        Assert.Contains(whatIf["oracle_map"]!.AsArray(), c => c!["blocks"]!.GetValue<int>() == 2 && c["low"] is not null);
    }

    [Fact]
    public async Task Predictors_ChampionsAreScoredWithTheirIntervals()
    {
        await Replay("rapid");
        var predictors = (await Analyze("--what-if", "none"))["predictors"]!.AsArray();
        Assert.Contains(predictors, p => p!["predictor"]!.GetValue<string>() == "twin" && p["coverage"] is null);
        Assert.Contains(predictors, p => p!["predictor"]!.GetValue<string>().Contains("step_latency", StringComparison.Ordinal) && p["coverage"]!.GetValue<double>() is >= 0 and <= 1);
    }

    [Fact]
    public async Task OffPolicy_OfALogWithoutChance_SaysThatSupportIsInsufficient()
    {
        await Replay("rapid");
        var offPolicy = (await Analyze("--policy", "rapid,nexus", "--what-if", "1"))["off_policy"]!;
        Assert.True(offPolicy["deterministic"]!.GetValue<bool>());
        var rows = offPolicy["rows"]!.AsArray();
        Assert.All(rows.Where(r => r!["policy"]!.GetValue<string>() == "nexus"), r => Assert.Equal(("insufficient", null), (r!["support"]!.GetValue<string>(), r["attainment"])));
        Assert.Contains(rows, r => r!["policy"]!.GetValue<string>() == "rapid" && r["method"]!.GetValue<string>() == "fqe" && r["support"]!.GetValue<string>() == "model_only");
    }

    [Fact]
    public async Task WhatIf_OneSeed_OneAnswer()
    {
        await Replay("rapid");
        Assert.Equal(
            (await Analyze("--what-if", "2", "--seed", "3")).ToJsonString(),
            (await Analyze("--what-if", "2", "--seed", "3")).ToJsonString());
    }

    [Fact]
    public async Task Html_NeedsNothingElse()
    {
        await Replay("rapid");
        var path = Path.Combine(_folder, "report.html");
        var run = await ProgramRun.Of("analyze", "--data", Data, "--out", path, "--what-if", "1");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        Assert.Empty(run.Out);
        var html = File.ReadAllText(path);
        foreach (var id in new[] { "time", "map", "units", "predictors", "forecasts", "whatif", "regret", "reasons", "quality" })
        {
            Assert.Contains($"<section id=\"{id}\">", html, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_HoldsTheSameValues()
    {
        var replay = await Replay("rapid");
        var run = await ProgramRun.Of("analyze", "--data", Data, "--format", "csv", "--what-if", "none");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains($"verdict,0,attainment,{replay["attainment"]!.GetValue<double>().ToString(CultureInfo.InvariantCulture)}\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OverlappingRuns_OneIsLookedAt_AndTheOthersAreNamed()
    {
        await Replay("rapid,nexus");
        var report = await Analyze("--what-if", "none");
        Assert.Single(report["runs"]!.AsArray(), r => r!["chosen"]!.GetValue<bool>());
        Assert.Contains(report["quality"]!.AsArray(), q => q!["what"]!.GetValue<string>().StartsWith("runs of another device", StringComparison.Ordinal));

        var second = await Analyze("--what-if", "none", "--run", "2");
        Assert.Equal("nexus", second["runs"]!.AsArray().Single(r => r!["chosen"]!.GetValue<bool>())!["record"]!["policy"]!.GetValue<string>());
    }

    [Fact]
    public async Task UnknownDevice_SaysWhatItCannotSay()
    {
        Directory.CreateDirectory(Data);
        using (var store = SqliteStore.Open(Data, new SqliteStoreOptions(), TimeProvider.System))
        {
            var batch = new TelemetryBatch(new RunRecord { Engine = "gpu", Device = "tpu-v9", Model = "secret-1b", Policy = "rapid", Version = "9" });
            batch.Requests.Add(new RequestRecord { Request = 0, ArrivalUs = 1_000_000, FinishUs = 2_000_000, FirstTokenUs = 1_500_000, PromptTokens = 10, OutputTokens = 5 });
            store.Append(batch);
        }

        var report = await Analyze();
        Assert.Null(report["what_if"]);
        Assert.Empty(report["policy_map"]!.AsArray());
        Assert.Null(report["itl_limit_s"]);
        var said = report["quality"]!.AsArray().Select(q => q!["what"]!.GetValue<string>()).ToArray();
        Assert.Contains(said, w => w.Contains("tpu-v9", StringComparison.Ordinal));
        Assert.Contains(said, w => w.Contains("without any decision", StringComparison.Ordinal));
        Assert.Contains(said, w => w.Contains("without any step", StringComparison.Ordinal));
        Assert.Contains(said, w => w.Contains("without windows", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NothingThere_OrNothingInIt_IsRefused()
    {
        var missing = await ProgramRun.Of("analyze", "--data", Path.Combine(_folder, "none"), "--format", "pdf", "--what-if", "some");
        Assert.Equal((ExitCode.BadInput, ""), (missing.ExitCode, missing.Out));
        foreach (var problem in new[] { "holds no sqlite store", "--format: is `pdf`", "--what-if: is `some`" })
        {
            Assert.Contains(problem, missing.Error, StringComparison.Ordinal);
        }

        Directory.CreateDirectory(Data);
        SqliteStore.Open(Data, new SqliteStoreOptions(), TimeProvider.System).Dispose();
        var empty = await ProgramRun.Of("analyze", "--data", Data);
        Assert.Equal((ExitCode.BadInput, ""), (empty.ExitCode, empty.Out));
        Assert.Contains("holds no run", empty.Error, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(Data, "telemetry.db"), "this is no database at all, but it is long enough to be read as one");
        var foreign = await ProgramRun.Of("analyze", "--data", Data);
        Assert.Equal((ExitCode.BadInput, ""), (foreign.ExitCode, foreign.Out));
    }

    [Fact]
    public async Task ReplayFromData_SamePolicyAndDevice_IsTheReplayAgain()
    {
        var replay = await Replay("rapid");
        var run = await ProgramRun.Of("replay", "--from-data", Data, "--policy", "rapid,static:0.5", "--json");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        var again = JsonNode.Parse(run.Out)!;
        Assert.Equal(("l20", "qwen2.5-3b"), (again["device"]!.GetValue<string>(), again["model"]!.GetValue<string>()));
        Assert.Equal(replay["requests"]!.GetValue<int>(), again["requests"]!.GetValue<int>());
        Assert.Equal(replay["attained"]!.GetValue<int>(), again["policies"]![0]!["attained"]!.GetValue<int>(), 2.0);

        var other = await ProgramRun.Of("replay", "--from-data", Data, "--device", "h200", "--model", "llama-3.1-8b", "--json");
        Assert.Equal("h200", JsonNode.Parse(other.Out)!["device"]!.GetValue<string>());
    }

    [Fact]
    public async Task ReplayFromData_NothingThere_OrATraceToo_IsRefused()
    {
        var missing = await ProgramRun.Of("replay", "--from-data", Path.Combine(_folder, "none"), "--workload", "shifting");
        Assert.Equal((ExitCode.BadInput, ""), (missing.ExitCode, missing.Out));
        Assert.Contains("is given with --from-data", missing.Error, StringComparison.Ordinal);
        Assert.Contains("holds no sqlite store", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownRun_NamesThoseThereAre()
    {
        await Replay("rapid");
        var run = await ProgramRun.Of("analyze", "--data", Data, "--run", "7");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("the log has no run 7; give one of 1", run.Error, StringComparison.Ordinal);
    }

    private async Task<JsonObject> Replay(string policies)
    {
        var trace = Path.Combine(_folder, "trace.csv");
        var rows = Enumerable.Range(0, 900).Select(i => $"{(i * 0.3).ToString(CultureInfo.InvariantCulture)},{200 + (i * 137 % 3900)},{1 + (i * 13 % 160)}");
        File.WriteAllLines(trace, rows.Prepend("arrival_s,prompt_tokens,output_tokens"));
        var run = await ProgramRun.Of("replay", "--workload", trace, "--device", "l20", "--model", "qwen2.5-3b", "--policy", policies, "--data", Data, "--json");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        _replayed = JsonNode.Parse(run.Out)!["policies"]!.AsArray();
        return _replayed[0]!.AsObject();
    }

    private async Task<JsonObject> Analyze(params string[] more)
    {
        var run = await ProgramRun.Of(["analyze", "--data", Data, "--format", "json", .. more]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return JsonNode.Parse(run.Out)!.AsObject();
    }
}
