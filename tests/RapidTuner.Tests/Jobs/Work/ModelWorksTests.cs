using System.Text.Json;
using RapidTuner.Core.Catalogue;
using RapidTuner.Jobs;
using RapidTuner.Jobs.Work;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Tests.Commands;
using RapidTuner.Training;

namespace RapidTuner.Tests.Jobs.Work;

/// <summary>Retraining and promotion over the samples of a replay.</summary>
public sealed class ModelWorksTests : IAsyncLifetime, IDisposable
{
    private const string Scope = "h200+llama-3.1-8b+tp1";

    private readonly TempFolder _folder = new();
    private readonly SpecCatalogue _catalogue = SpecCatalogue.Open();
    private readonly JobRun _run = new("a", "cron", _ => { });
    private SqliteStore? _store;
    private ModelRegistry? _registry;

    private ModelRegistry Registry => _registry!;

    private ModelSteps Steps => new(_store!);

    public async Task InitializeAsync()
    {
        var workload = _folder.File("w.csv");
        await File.WriteAllLinesAsync(workload, Enumerable.Range(0, 1_500).Select(i => $"{i * 0.4},{300 + (i * 37 % 3000)},{50 + (i * 13 % 200)}").Prepend("arrival_s,prompt_tokens,output_tokens"));
        var run = await ProgramRun.Of("replay", "--workload", workload, "--device", "h200", "--model", "llama-3.1-8b", "--policy", "rapid", "--data", _folder.Path, "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        _store = SqliteStore.Open(_folder.Path, new SqliteStoreOptions(), TimeProvider.System);
        _registry = new ModelRegistry(_folder.Path, TimeProvider.System, _ => { });
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _store?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Train_StoreOfAReplay_AddsAChallengerAndNoChampion()
    {
        new TrainWork(Scene).Run(_run, default);
        Assert.NotEmpty(Registry.List());
        Assert.DoesNotContain(Registry.List(), m => m.Status == ModelStatus.Champion);
    }

    [Fact]
    public void Train_Cancelled_ChangesNothing()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => new TrainWork(Scene).Run(_run, new CancellationToken(canceled: true)));
        Assert.Empty(Registry.List());
    }

    [Fact]
    public void Promote_BetterChallenger_TakesOfficeAndTheWorseDoesNotTakeItBack()
    {
        Add(Prior, promote: true);
        var better = Add(Shipped, promote: false);
        var verdict = Verdict(Promote());
        Assert.True(verdict.GetProperty("Promoted").GetBoolean(), verdict.ToString());
        Assert.True(verdict.GetProperty("GainLow").GetDouble() > 0);
        Assert.Equal(better, Registry.Champion(LatencyTarget.Name, Scope)!.Id);

        Add(Prior, promote: false);
        Assert.Equal("not surely better", Verdict(Promote()).GetProperty("Why").GetString());
        Assert.Equal(better, Registry.Champion(LatencyTarget.Name, Scope)!.Id);
    }

    [Fact]
    public void Promote_NoNewSteps_SaysInsufficientSupport()
    {
        var champion = Add(Prior, promote: true);
        Add(Shipped, promote: false, dataToUs: 4_102_444_800_000_000);
        Assert.StartsWith("insufficient support", Verdict(Promote()).GetProperty("Why").GetString(), StringComparison.Ordinal);
        Assert.Equal(champion, Registry.Champion(LatencyTarget.Name, Scope)!.Id);
    }

    [Fact]
    public void Promote_NoChampion_TakesTheChallenger()
    {
        var only = Add(Shipped, promote: false);
        Promote();
        Assert.Equal(only, Registry.Champion(LatencyTarget.Name, Scope)!.Id);
    }

    [Fact]
    public void ChampionResiduals_GoodChampion_LieAroundZero()
    {
        Assert.Empty(Steps.ChampionResiduals(Registry, default));
        Add(Shipped, promote: true);
        var residuals = Steps.ChampionResiduals(Registry, default).Where(double.IsFinite).ToArray();
        Assert.True(residuals.Length > 1000);
        Assert.InRange(residuals.Order().ElementAt(residuals.Length / 2), -0.1, 0.1);
    }

    private LatencyModel Prior =>
        LatencyModel.Prior(LatencyScene.Of(_catalogue.Device("h200"), _catalogue.Model("llama-3.1-8b"), 1));

    private static LatencyModel Shipped =>
        LatencyModelFile.Load(ModelFolder.Shipped.ArtefactPath(ModelFolder.Shipped.Entries(_ => { }).First(e => e.Scope == Scope).Id));

    private static JsonElement Verdict(object result) => JsonSerializer.SerializeToElement(result).GetProperty("Verdicts").EnumerateArray().Single();

    private object Promote() => new PromoteWork(Registry, [new LatencyChallenge(Registry, Steps, _ => { }), new ForecastChallenge(Registry, _store!, _ => { })]).Run(_run, default);

    private string Add(LatencyModel model, bool promote, long dataToUs = 0) => Registry.Add(
        new ModelCandidate
        {
            Target = LatencyTarget.Name, Scope = Scope, Trainer = "test", DataToUs = dataToUs, Save = path => LatencyModelFile.Save(model, path),
        },
        promote).Entry.Id;

    private TrainingScene Scene(Action<string> progress) => new()
    {
        Store = _store!, Registry = Registry, Catalogue = _catalogue, Clock = TimeProvider.System, Progress = progress,
    };
}
