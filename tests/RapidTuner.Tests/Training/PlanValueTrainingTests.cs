using System.Text.Json;
using RapidTuner.Control.Policies;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Q;
using RapidTuner.Learning.Registry;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;
using RapidTuner.Tests.Commands;

namespace RapidTuner.Tests.Training;

/// <summary>Logged plans to a value function that policies use. The device is of no catalogue, so that nothing is learned from a twin.</summary>
public sealed class PlanValueTrainingTests : IDisposable
{
    private const string Scope = "mine+tiny+tp1";
    private const double PlanS = 2;

    private readonly TempFolder _folder = new();
    private readonly List<string> _notes = [];

    private ModelRegistry Registry => new(_folder.Path, TimeProvider.System, _notes.Add);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_PlansOfAService_PutsAValueInOfficeThatSaysHowABacklogCosts()
    {
        KeepScene();
        Fill(PolicyNames.Learned, 1_500);
        var run = await ProgramRun.Of("train", "--data", _folder.Path, "--only", "plan_value", "--json");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        var trained = Assert.Single(JsonDocument.Parse(run.Out).RootElement.GetProperty("trained").EnumerateArray());
        Assert.Equal((Scope, "champion"), (trained.GetProperty("scope").GetString(), trained.GetProperty("status").GetString()));
        Assert.InRange(trained.GetProperty("metrics").GetProperty("held_out").GetProperty("correlation").GetDouble(), 0.5, 1);

        var value = new ValueStore(Registry, ModelFolder.Shipped, _notes.Add).Find(ValueTarget.Name, Scope)!;
        Assert.True(Value(value, 0) > Value(value, 30));
        var again = await ProgramRun.Of("train", "--data", _folder.Path, "--only", "plan_value", "--json", "--keep-champion");
        var id = JsonDocument.Parse(again.Out).RootElement.GetProperty("trained")[0].GetProperty("id").GetString()!;
        Assert.Equal(File.ReadAllBytes(Registry.Folder.ArtefactPath(trained.GetProperty("id").GetString()!)), File.ReadAllBytes(Registry.Folder.ArtefactPath(id)));
    }

    [Fact]
    public async Task Train_NoPlans_SaysSo()
    {
        KeepScene();
        Fill("rapid", 20);
        Fill(PolicyNames.Learned, 0);
        var run = await ProgramRun.Of("train", "--data", _folder.Path, "--only", "plan_value");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("tiny on mine: no plans are kept of its runs", run.Error, StringComparison.Ordinal);
    }

    private static double Value(QModel model, double queuedWorkS)
    {
        var state = new double[PlanFeatures.Count];
        (state[2], state[5], state[6]) = (queuedWorkS, queuedWorkS > 0 ? -PlanState.SlackMaxS : PlanState.SlackMaxS, 0.5);
        return model.Value(state);
    }

    private void KeepScene()
    {
        var catalogue = SpecCatalogue.Open();
        new SceneFolder(Registry, _notes.Add).Keep(LatencyScene.Of(catalogue.Device("l20"), catalogue.Model("qwen2.5-3b"), 1) with { Device = "mine", Model = "tiny" }, "a machine");
    }

    // A backlog that comes and goes, every 40 plans; while it is there nothing attains.
    private void Fill(string policy, int plans)
    {
        var batch = new TelemetryBatch(new RunRecord { Device = "mine", Model = "tiny", Policy = policy, Engine = "twin", Workload = "w" });
        for (var i = 0; i < plans; i++)
        {
            var (atS, busy) = (PlanS * (i + 1), i / 20 % 2 == 1);
            var seen = new Observation { NowS = atS, DeviceUnits = 92, ItlLimitS = 0.1, PrefillQueued = busy ? 9 : 0, PrefillQueuedTokens = busy ? 90_000 : 0, PrefillHeadSlackS = busy ? -90 : 90, KvFreeShare = 0.5 };
            var plan = new PlanSample
            {
                Seen = seen,
                Chosen = default,
                Candidates = [new PlanCandidate { Name = "only", Parameters = new Dictionary<string, double> { ["decode_floor_share"] = 0.25, ["step_itls"] = 0.7, ["join_itls"] = 0.9, ["chunk_tokens"] = 384, ["overlaps"] = 0 }, Probability = 1 }],
                ChosenIndex = 0,
                State = PlanState.Of(in seen, 1, 1_000, 100),
            };
            batch.Decisions.Add(PlanDocument.ToRecord(plan, policy, 0));
            foreach (var afterS in new[] { 0.5, 1.5 })
            {
                var request = new RequestSample
                {
                    Id = batch.Requests.Count, ArrivalS = atS - 1, FirstScheduledS = atS, FirstTokenS = busy ? atS + afterS : atS, FinishS = atS + afterS, PromptTokens = 1_000, OutputTokens = 2,
                    TtftLimitS = busy ? 0.1 : 4, Outcome = Outcome.Finished,
                };
                batch.Requests.Add(RequestRecord.From(in request, 0));
            }
        }

        using var store = SqliteStore.Open(_folder.Path, new SqliteStoreOptions(), TimeProvider.System);
        store.Append(batch);
    }
}
