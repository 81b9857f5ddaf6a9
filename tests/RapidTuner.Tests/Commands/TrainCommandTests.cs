using System.Text.Json.Nodes;

namespace RapidTuner.Tests.Commands;

/// <summary>Samples to a model to a prediction, through the program's own commands.</summary>
public sealed class TrainCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_StoreOfAReplay_TrainsAModelThatThenPredicts()
    {
        await ReplayAsync();
        var trained = Json(await ProgramRun.Of("train", "--data", _folder, "--json"))["trained"]!.AsArray();
        var model = Assert.Single(trained)!;
        var id = model["id"]!.GetValue<string>();
        Assert.Equal("step_latency", model["target"]!.GetValue<string>());
        Assert.Equal("h200+llama-3.1-8b+tp1", model["scope"]!.GetValue<string>());
        Assert.True(model["rows"]!.GetValue<int>() > 600);

        // Whoever passed is in office; the other way to office is by hand.
        var listed = Json(await ProgramRun.Of("models", "list", "--data", _folder, "--json"))["models"]!.AsArray();
        var status = listed.Single(m => m!["id"]!.GetValue<string>() == id)!["status"]!.GetValue<string>();
        Assert.Equal(model["gate_failures"]!.AsArray().Count == 0 ? "champion" : "failed", status);
        Assert.Equal(8, listed.Count(m => m!["status"]!.GetValue<string>() == "shipped"));

        // What the command registered, the store's table of models has too.
        var export = Path.Combine(_folder, "exported");
        Assert.Equal(ExitCode.Done, (await ProgramRun.Of("export", "--data", _folder, "--out", export)).ExitCode);
        Assert.Contains(id, await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(export, "models*"))), StringComparison.Ordinal);

        var card = await ProgramRun.Of("models", "show", id, "--data", _folder);
        Assert.Contains("## Held-out metrics per group", card.Out, StringComparison.Ordinal);
        Assert.Contains("decode.disjoint", card.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RunsOfTwoParallelismsAndStacks_AreScopesOfTheirOwnAndReplayAsLogged()
    {
        await ReplayAsync();
        await ReplayAsync("--tp", "2", "--stack", "vllm-0.19", "--slo", "tight");
        var trained = Json(await ProgramRun.Of("train", "--data", _folder, "--only", "step_latency", "--json"))["trained"]!.AsArray();
        Assert.Equal(["h200+llama-3.1-8b+tp1", "h200+llama-3.1-8b+tp2+vllm-0.19"], trained.Select(m => m!["scope"]!.GetValue<string>()));

        var alone = Path.Combine(_folder, "alone");
        await ReplayAsync("--tp", "2", "--stack", "vllm-0.19", "--slo", "tight", "--data", alone);
        var again = Json(await ProgramRun.Of("replay", "--from-data", alone, "--policy", "rapid", "--json"));
        Assert.Equal((2, "tight"), (again["tp"]!.GetValue<int>(), again["slo"]!["tier"]!.GetValue<string>()));
        var other = Json(await ProgramRun.Of("replay", "--from-data", alone, "--policy", "rapid", "--tp", "1", "--slo", "paper", "--json"));
        Assert.Equal((1, "paper"), (other["tp"]!.GetValue<int>(), other["slo"]!["tier"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Run_EmptyOrMissingFolder_SaysHowToMend()
    {
        var missing = await ProgramRun.Of("train", "--data", Path.Combine(_folder, "none"), "--only", "luck", "--tp", "0");
        Assert.Equal(ExitCode.BadInput, missing.ExitCode);
        Assert.Empty(missing.Out);
        Assert.All(new[] { "--data", "--only", "--tp" }, option => Assert.Contains(option, missing.Error, StringComparison.Ordinal));

        var empty = await ProgramRun.Of("train", "--data", _folder);
        Assert.Equal(ExitCode.BadInput, empty.ExitCode);
        Assert.Contains("holds no", empty.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_UnknownName_IsBadInput()
    {
        foreach (var action in new[] { "show", "promote", "rollback", "pin" })
        {
            var run = await ProgramRun.Of("models", action, "nobody", "--data", _folder);
            Assert.Equal(ExitCode.BadInput, run.ExitCode);
            Assert.Contains("nobody", run.Error, StringComparison.Ordinal);
        }
    }

    private async Task ReplayAsync(params string[] more)
    {
        var workload = Path.Combine(_folder, "w.csv");
        await File.WriteAllLinesAsync(workload, Enumerable.Range(0, 2_000).Select(i => $"{i * 0.03},{300 + (i * 37 % 3000)},{50 + (i * 13 % 400)}").Prepend("arrival_s,prompt_tokens,output_tokens"));
        var run = await ProgramRun.Of(["replay", "--workload", workload, "--device", "h200", "--model", "llama-3.1-8b", "--policy", "rapid,static:0.5", "--json", .. more.Contains("--data") ? more : [.. more, "--data", _folder]]);
        Assert.Equal(ExitCode.Done, run.ExitCode);
    }

    private static JsonNode Json(ProgramRun run)
    {
        Assert.Equal(ExitCode.Done, run.ExitCode);
        return JsonNode.Parse(run.Out)!;
    }
}
