using RapidTuner.Core.Catalogue;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Learning.Tests.Registry;

public sealed class SceneFolderTests : IDisposable
{
    private const string Machine = "a processor, 2 cores";

    private static readonly LatencyScene Scene = Of("cpu", "tiny-random");

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly List<string> _notes = [];

    private SceneFolder Scenes => new(new ModelRegistry(_folder, new FixedClock(), _notes.Add), _notes.Add);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Keep_ThenFind_IsTheSame()
    {
        Assert.Null(Scenes.Find("cpu", "tiny-random", 1));
        Scenes.Keep(Scene, Machine);
        Assert.Equal(Scene, Scenes.Find("cpu", "tiny-random", 1));
        Assert.Null(Scenes.Find("cpu", "small-random", 1));
        Assert.Empty(_notes);
    }

    [Fact]
    public void Settle_TheSameMachine_KeepsItsPeaks_WhateverIsMeasuredNow()
    {
        Scenes.Keep(Scene, Machine);
        Assert.Equal(Scene, Scenes.Settle(Scene with { PeakFlopPerS = 0.01 * Scene.PeakFlopPerS, MemoryBytesPerS = 100 * Scene.MemoryBytesPerS }, Machine));
        foreach (var other in new[] { Scene with { Units = Scene.Units + 1 }, Scene with { DenseWeightBytes = 2 * Scene.DenseWeightBytes } })
        {
            Assert.Equal(other, Scenes.Settle(other, Machine));
        }
    }

    [Fact]
    public void Settle_AnotherMachine_IsMeasuredAnew()
    {
        Scenes.Keep(Scene, Machine);
        var other = Scene with { PeakFlopPerS = 1.01 * Scene.PeakFlopPerS };
        Assert.Equal(other, Scenes.Settle(other, "another processor, 2 cores"));
    }

    [Theory]
    [InlineData(null, Machine)]
    [InlineData(Machine, null)]
    [InlineData(null, null)]
    public void Settle_AMachineThatNothingTellsApart_IsKnownByItsPeaks(string? kept, string? now)
    {
        Scenes.Keep(Scene, kept);
        Assert.Equal(Scene, Scenes.Settle(Scene with { PeakFlopPerS = 0.5 * Scene.PeakFlopPerS, MemoryBytesPerS = 2 * Scene.MemoryBytesPerS }, now));
        var other = Scene with { PeakFlopPerS = 4 * Scene.PeakFlopPerS };
        Assert.Equal(other, Scenes.Settle(other, now));
    }

    [Fact]
    public void Keep_TheSameScene_LearnsTheMachine()
    {
        Scenes.Keep(Scene, null);
        Scenes.Keep(Scene, Machine);
        var measured = Scene with { PeakFlopPerS = 4 * Scene.PeakFlopPerS };
        Assert.Equal(Scene, Scenes.Settle(measured, Machine));
    }

    [Fact]
    public void KeepStart_ThenFindStart_OfTheSameScene_IsIt()
    {
        Assert.Null(Scenes.FindStart(Scene));
        Scenes.KeepStart(LatencyModel.Prior(Scene));
        Assert.Equal(Scene, Scenes.FindStart(Scene)!.Scene);
        Assert.Null(Scenes.FindStart(Scene with { Units = 7 }));
        Assert.Empty(_notes);
        File.WriteAllText(Assert.Single(Directory.GetFiles(Path.Combine(_folder, "models"), "*.start.model")), "damaged");
        Assert.Null(Scenes.FindStart(Scene));
        Assert.Single(_notes);
    }

    [Fact]
    public void Find_DamagedOrImpossible_IsNotedAndPassedOver()
    {
        Scenes.Keep(Scene, Machine);
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
        Scenes.Keep(Of("cpu", "../up"), Machine);
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
