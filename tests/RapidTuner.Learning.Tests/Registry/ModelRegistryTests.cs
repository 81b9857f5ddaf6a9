using RapidTuner.Core.Errors;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Learning.Tests.Registry;

public sealed class ModelRegistryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly List<string> _notes = [];

    private ModelRegistry Registry => new(_folder, new FixedClock(), _notes.Add);

    private string StatePath => Path.Combine(_folder, "models", "registry.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Add_PassesItsGate_BecomesChampionWithCardAndChecksum()
    {
        var added = Add("a");
        var entry = Registry.Champion("t", "s")!;

        Assert.Equal(ModelStatus.Champion, added.Status);
        Assert.Equal("t-s-1", entry.Id);
        Assert.Null(Registry.Folder.ArtefactFault(entry));
        var card = File.ReadAllText(Registry.Folder.CardPath(entry.Id));
        Assert.All(new[] { entry.Checksum, "`share`", "`leaves` 31", "| alone | 0.05 |", "seed 7", "1970-01-01 00:00:01" }, text => Assert.Contains(text, card, StringComparison.Ordinal));
    }

    [Fact]
    public void Add_FailsItsGate_IsKeptMarkedAndNeverUsed()
    {
        Add("a");
        var failed = Registry.Add(Candidate("b") with { GateFailures = ["too wide"] }, promote: true);

        Assert.Equal(ModelStatus.Failed, failed.Status);
        Assert.Equal("t-s-1", Registry.Champion("t", "s")!.Id);
        Assert.Contains("too wide", Assert.Throws<BadInputException>(() => Registry.Promote(failed.Entry.Id)).Message, StringComparison.Ordinal);
        Assert.Throws<BadInputException>(() => Registry.Pin(failed.Entry.Id, on: true));
        Assert.Equal(2, Registry.List().Count);
    }

    [Fact]
    public void Rollback_RepeatedlyGoesBackToNone()
    {
        var ids = new[] { "a", "b", "c" }.Select(a => Add(a).Entry.Id).ToArray();
        Assert.Equal(ids[1], Registry.Champion("t", "s")!.Id is var now && now == ids[2] ? Rolled() : "");
        Assert.Equal(ids[0], Rolled());
        Assert.Null(Rolled());
        Assert.Throws<BadInputException>(() => Registry.Rollback(ids[0]));

        string? Rolled()
        {
            Registry.Rollback(ids[0]);
            return Registry.Champion("t", "s")?.Id;
        }
    }

    [Fact]
    public void Pin_HoldsTheChampionWhateverIsTrainedOrPromoted()
    {
        var first = Add("a").Entry.Id;
        Registry.Pin(first, on: true);
        var second = Add("b");

        Assert.Equal(ModelStatus.Challenger, second.Status);
        Assert.Contains("pinned", Assert.Throws<BadInputException>(() => Registry.Promote(second.Entry.Id)).Message, StringComparison.Ordinal);
        Assert.Throws<BadInputException>(() => Registry.Rollback(first));
        Assert.True(Registry.Get(first).Pinned);

        Registry.Pin(first, on: false);
        Assert.Equal(ModelStatus.Champion, Registry.Promote(second.Entry.Id).Status);
        Assert.Equal(ModelStatus.Retired, Registry.Get(first).Status);
    }

    [Fact]
    public void Add_WithoutPromotion_WaitsAsChallenger()
    {
        Assert.Equal(ModelStatus.Challenger, Registry.Add(Candidate("a"), promote: false).Status);
        Assert.Null(Registry.Champion("t", "s"));
    }

    [Fact]
    public void Champions_OfOtherScopes_AreIndependent()
    {
        Add("a");
        Registry.Add(Candidate("b") with { Scope = "other" }, promote: true);
        Assert.Equal("t-s-1", Registry.Champion("t", "s")!.Id);
        Assert.Equal("t-other-1", Registry.Champion("t", "other")!.Id);
    }

    [Fact]
    public void Promote_DamagedArtefact_IsRefused()
    {
        Add("a");
        var second = Registry.Add(Candidate("b"), promote: false).Entry;
        File.AppendAllText(Registry.Folder.ArtefactPath(second.Id), "x");
        Assert.Contains("damaged", Assert.Throws<BadInputException>(() => Registry.Promote(second.Id)).Message, StringComparison.Ordinal);
        Assert.Equal("t-s-1", Registry.Champion("t", "s")!.Id);
    }

    [Theory]
    [InlineData("{", "damaged")]
    [InlineData("null", "empty")]
    [InlineData("{\"format\": 2}", "newer")]
    [InlineData("{\"scopes\": {\"t|s\": null}}", "damaged")]
    [InlineData("{\"scopes\": 7}", "damaged")]
    public void State_Unreadable_SaysWhatAndHowToMendAndOffersNoChampion(string text, string says)
    {
        Add("a");
        File.WriteAllText(StatePath, text);
        var bad = Assert.Throws<BadInputException>(() => Registry.Champion("t", "s"));
        Assert.Contains(says, bad.Message, StringComparison.Ordinal);
        Assert.Contains(StatePath, bad.Message, StringComparison.Ordinal);
        Assert.Empty(Registry.ChampionsToTry("t", "s"));
        Assert.Contains(_notes, n => n.Contains(StatePath, StringComparison.Ordinal));
    }

    [Fact]
    public void State_TooLargeOrTooDeep_IsRefusedBeforeItIsParsed()
    {
        Add("a");
        File.WriteAllText(StatePath, string.Concat(Enumerable.Repeat("[", 100_000)));
        Assert.Throws<BadInputException>(() => Registry.Champion("t", "s"));
        using (var file = File.OpenWrite(StatePath))
        {
            file.SetLength(100 << 20);
        }

        Assert.Contains("bytes", Assert.Throws<BadInputException>(() => Registry.Champion("t", "s")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void List_DamagedEntry_IsNotedAndLeftOut()
    {
        Add("a");
        File.WriteAllText(Path.Combine(_folder, "models", "x.entry.json"), "{\"id\": \"y\"}");
        Assert.Equal("t-s-1", Assert.Single(Registry.List()).Entry.Id);
        Assert.Contains(_notes, n => n.Contains("another model", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("t-s-9")]
    public void Get_NoSuchName_SaysSo(string id) => Assert.Throws<BadInputException>(() => Registry.Get(id));

    [Theory]
    [InlineData("../t")]
    [InlineData("a/b")]
    public void Add_ScopeThatIsNoName_IsRefused(string scope) =>
        Assert.Throws<BadInputException>(() => Registry.Add(Candidate("a") with { Scope = scope }, promote: true));

    [Fact]
    public void Add_KilledWhileWriting_LeavesTheChampion()
    {
        Add("a");
        Assert.Throws<IOException>(() => Registry.Add(Candidate("b") with { Save = _ => throw new IOException("killed") }, promote: true));
        Assert.Equal("t-s-1", Registry.Champion("t", "s")!.Id);
        Assert.Single(Registry.List());
    }

    [Fact]
    public void Add_WhileAnotherProcessChanges_SaysSo()
    {
        Add("a");
        using var other = new FileStream(Path.Combine(_folder, "models", "registry.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Contains("another process", Assert.Throws<IOException>(() => Add("b")).Message, StringComparison.Ordinal);
    }

    private RegisteredModel Add(string artefact) => Registry.Add(Candidate(artefact), promote: true);

    private static ModelCandidate Candidate(string artefact) => new()
    {
        Target = "t", Scope = "s", Trainer = "histogram", Rows = 10, Seed = 7, Features = ["share"], DataFromUs = 1_000_000, DataToUs = 2_000_000, Use = "For a test.",
        Parameters = new Dictionary<string, double> { ["leaves"] = 31 },
        Metrics = new Dictionary<string, IReadOnlyDictionary<string, double>> { ["alone"] = new Dictionary<string, double> { ["mape"] = 0.05 } },
        Save = path => File.WriteAllText(path, artefact),
    };

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
