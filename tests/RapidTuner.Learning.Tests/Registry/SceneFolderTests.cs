using RapidTuner.Core.Catalogue;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Learning.Tests.Registry;

public sealed class SceneFolderTests : IDisposable
{
    private static readonly LatencyScene Scene = Of("cpu", "tiny-random");

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly List<string> _notes = [];

    private SceneFolder Scenes => new(new ModelRegistry(_folder, new FixedClock(), _notes.Add), _notes.Add);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Keep_ThenFind_IsTheSame()
    {
        Assert.Null(Scenes.Find("cpu", "tiny-random", 1));
        Scenes.Keep(Scene);
        Assert.Equal(Scene, Scenes.Find("cpu", "tiny-random", 1));
        Assert.Null(Scenes.Find("cpu", "small-random", 1));
        Assert.Empty(_notes);
    }

    [Fact]
    public void Settle_SameMachine_KeepsItsPeaks_AnotherDoesNot()
    {
        Scenes.Keep(Scene);
        Assert.Equal(Scene, Scenes.Settle(Scene with { PeakFlopPerS = 0.5 * Scene.PeakFlopPerS, MemoryBytesPerS = 2 * Scene.MemoryBytesPerS }));
        foreach (var other in new[] { Scene with { PeakFlopPerS = 4 * Scene.PeakFlopPerS }, Scene with { Units = Scene.Units + 1 }, Scene with { DenseWeightBytes = 2 * Scene.DenseWeightBytes } })
        {
            Assert.Equal(other, Scenes.Settle(other));
        }
    }

    [Fact]
    public void Find_DamagedOrImpossible_IsNotedAndPassedOver()
    {
        Scenes.Keep(Scene);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "models"), "*.scene.json"));
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"layers\": ", "\"layers\": -", StringComparison.Ordinal));
        Assert.Null(Scenes.Find("cpu", "tiny-random", 1));
        Assert.Contains("impossible size", Assert.Single(_notes), StringComparison.Ordinal);
        File.WriteAllText(file, "{");
        Assert.Null(Scenes.Find("cpu", "tiny-random", 1));
        Assert.Contains("damaged", _notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Keep_ANameThatIsNoFiles_IsNoted()
    {
        Scenes.Keep(Of("cpu", "../up"));
        Assert.Contains("no name of a file", Assert.Single(_notes), StringComparison.Ordinal);
        Assert.Null(Scenes.Find("cpu", "../up", 1));
        Assert.False(Directory.Exists(Path.Combine(_folder, "models")));
    }

    private static LatencyScene Of(string device, string model)
    {
        var catalogue = SpecCatalogue.Open();
        return LatencyScene.Of(catalogue.Device("h200"), catalogue.Model("llama-3.1-8b"), 1) with { Device = device, Model = model };
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
