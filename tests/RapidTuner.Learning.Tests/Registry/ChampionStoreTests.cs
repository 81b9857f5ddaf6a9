using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;
using RapidTuner.Learning.Tests.Latency;

namespace RapidTuner.Learning.Tests.Registry;

public sealed class ChampionStoreTests : IDisposable
{
    private static readonly SpecCatalogue Catalogue = SpecCatalogue.Open();
    private static readonly DeviceSpec H200 = Catalogue.Device("h200");
    private static readonly ModelSpec Llama8 = Catalogue.Model("llama-3.1-8b");
    private static readonly ModelSpec Llama70 = Catalogue.Model("llama-3.1-70b");
    private static readonly StepWork Batch = StepWork.Decode(16, 16_000);

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly List<string> _notes = [];

    private ModelRegistry Registry => new(_folder, new FixedClock(), _notes.Add);

    private ModelFolder Shipped => new(Path.Combine(_folder, "shipped"));

    private ChampionStore Store => new(Registry, Shipped, _notes.Add);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Find_NothingAtAll_IsTheWidePrior()
    {
        var found = Store.Find(H200, Llama8, 1);
        Assert.Equal(ChampionKind.Prior, found.Kind);
        var estimate = found.Model.Estimate(Phase.Decode, Batch, 66);
        Assert.InRange(estimate.HighS / estimate.P50S, 1.9, 2.2);
    }

    [Fact]
    public void Find_OwnBeforeShippedBeforeNearest()
    {
        Ship(H200, Llama8);
        Assert.Equal((ChampionKind.Exact, true), Kind(Store.Find(H200, Llama8, 1)));
        Own(H200, Llama8);
        Assert.Equal((ChampionKind.Exact, false), Kind(Store.Find(H200, Llama8, 1)));
        Assert.Equal((ChampionKind.Nearest, false), Kind(Store.Find(H200, Llama70, 1)));
        Assert.Equal((ChampionKind.Nearest, false), Kind(Store.Find(H200, Llama8, 2)));
    }

    [Fact]
    public void Find_Nearest_PrefersTheSameDeviceAndScalesIt()
    {
        Ship(Catalogue.Device("l20"), Catalogue.Model("qwen2.5-3b"));
        var near = Ship(H200, Llama8);
        var found = Store.Find(H200, Catalogue.Model("llama-3-8b"), 1);

        Assert.Equal(near.Id, found.Id);
        Assert.Equal("llama-3-8b", found.Model.Scene.Model);
        Assert.Contains("h200", found.Model.Report.Origin, StringComparison.Ordinal);
        var (own, moved) = (Store.Find(H200, Llama8, 1).Model.Estimate(Phase.Decode, Batch, 66), found.Model.Estimate(Phase.Decode, Batch, 66));
        Assert.True(moved.HighS / moved.LowS > 1.5 * own.HighS / own.LowS);
    }

    [Fact]
    public void Find_DamagedChampion_FallsBackToTheFormerThenToWhatIsShipped()
    {
        Ship(H200, Llama8);
        var (first, second) = (Own(H200, Llama8), Own(H200, Llama8));
        File.WriteAllText(Registry.Folder.ArtefactPath(second.Entry.Id), "x");
        Assert.Equal(first.Entry.Id, Store.Find(H200, Llama8, 1).Id);
        Assert.Contains(_notes, n => n.Contains("damaged", StringComparison.Ordinal));

        File.Delete(Registry.Folder.ArtefactPath(first.Entry.Id));
        Assert.Equal((ChampionKind.Exact, true), Kind(Store.Find(H200, Llama8, 1)));
    }

    [Fact]
    public void Find_DamagedState_StillAnswers()
    {
        Ship(H200, Llama8);
        Own(H200, Llama8);
        File.WriteAllText(Path.Combine(_folder, "models", "registry.json"), "?");
        Assert.Equal((ChampionKind.Exact, true), Kind(Store.Find(H200, Llama8, 1)));
        Assert.Equal(ChampionKind.Nearest, Store.Find(H200, Llama70, 1).Kind);
    }

    [Fact]
    public void Find_ModelOfAnotherDatasheetUnderTheSameName_IsNotExact()
    {
        Own(H200, Llama8);
        Assert.Equal(ChampionKind.Nearest, Store.Find(H200 with { Units = 100 }, Llama8, 1).Kind);
    }

    private static (ChampionKind, bool) Kind(LatencyChampion found) => (found.Kind, found.Shipped);

    private RegisteredModel Own(DeviceSpec device, ModelSpec model) => Registry.Add(Candidate(device, model), promote: true);

    private RegistryEntry Ship(DeviceSpec device, ModelSpec model)
    {
        var candidate = Candidate(device, model);
        return Shipped.Add($"{candidate.Target}-{candidate.Scope}", candidate, "", "test", 0);
    }

    /// <summary>The made-up device's law, taken for that of another: who is found is tested, not how well it fits.</summary>
    private static ModelCandidate Candidate(DeviceSpec device, ModelSpec model)
    {
        var made = LatencyTrainerTests.Model;
        var fitted = new LatencyModel(LatencyScene.Of(device, model, 1), made.Of(Phase.Prefill), made.Of(Phase.Decode), made.Report);
        return LatencyTarget.Candidate(fitted, "a test", 0, 0) with { GateFailures = [] };
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
