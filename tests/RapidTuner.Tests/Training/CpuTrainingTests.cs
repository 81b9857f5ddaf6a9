using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;
using RapidTuner.Serving;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;
using RapidTuner.Tests.Commands;
using RapidTuner.Tests.Http;

namespace RapidTuner.Tests.Training;

/// <summary>The whole loop on real latencies: serve on the CPU, train on what was logged, serve with what was learned.</summary>
public sealed class CpuTrainingTests : IDisposable
{
    private const string Scope = "cpu+tiny-random+tp1";
    private const int StepsMin = 1_500;

    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-cpu-train-").FullName;
    private int _stepsAsked;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Train_OnTheCpuEnginesOwnLog_ExplainsItBetterThanTheLawAlone_AndIsWhatTheNextServiceStartsFrom()
    {
        Assert.Equal(("started", ""), await ServeAsync());
        var trained = await ProgramRun.Of("train", "--data", _data, "--json");
        Assert.True(trained.ExitCode == ExitCode.Done, trained.Error);
        var row = Assert.Single(JsonNode.Parse(trained.Out)!["trained"]!.AsArray())!;
        Assert.Equal(Scope, row["scope"]!.GetValue<string>());

        // Whether the gate passes a model of so few steps depends on how busy the machine is, and so does how well steps of another run are foreseen: a bench's matter, not a test's.
        var registry = new ModelRegistry(_data, TestService.Clock, Assert.Fail);
        var model = LatencyModelFile.Load(registry.Folder.ArtefactPath(row["id"]!.GetValue<string>()));
        Assert.NotNull(new SceneFolder(registry, Assert.Fail).FindStart(model.Scene));
        using (var store = SqliteStore.Open(_data, new SqliteStoreOptions { ReadOnly = true }, TestService.Clock))
        {
            var run = store.Read(TelemetryTables.Runs, ReadRange.Everything).Last();
            var steps = store.Read(TelemetryTables.Steps, new ReadRange { Run = run.Seq }).Select(s => s.ToSample(run.OriginUs)).ToArray();
            double Error(LatencyModel of) => steps.Select(s => Math.Abs(of.ResidualOf(in s))).Where(double.IsFinite).Average();
            Assert.InRange(Error(model), 0, Error(LatencyModel.Prior(model.Scene)));
        }

        var champion = registry.Add(LatencyTarget.Candidate(model, "test", 0, 1) with { GateFailures = [] }, promote: true).Entry.Id;
        Assert.Equal(("exact", champion), await ServeAsync(50));
    }

    // Serves until enough steps are kept; returns what predictions come from.
    private async Task<(string Kind, string Model)> ServeAsync(int steps = StepsMin)
    {
        var load = Path.Combine(_data, "load.csv");
        await File.WriteAllLinesAsync(load, Enumerable.Range(0, 200).Select(i => $"{i * 0.04},{40 + (i * 37 % 500)},{4 + (i * 13 % 40)}").Prepend("arrival_s,prompt_tokens,output_tokens"));
        var from = ("", "");
        _stepsAsked += steps;
        await TestService.Run(new ServeOptions { Engine = "cpu", Load = load, Rate = 40, Data = _data, DrainS = 0, Policy = "static:0.5" }, async (client, _) =>
        {
            var predictions = await client.GetFromJsonAsync<JsonElement>("/api/v1/predictions?tokens=256");
            from = (predictions.GetProperty("kind").GetString()!, predictions.GetProperty("model_id").GetString()!);
            while ((await client.GetFromJsonAsync<JsonElement>("/api/v1/state")).GetProperty("acknowledged").GetProperty("steps").GetInt64() < _stepsAsked)
            {
                await Task.Delay(100);
            }
        });
        return from;
    }
}
