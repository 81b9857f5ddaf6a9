using RapidTuner.Control.Policies;
using RapidTuner.Core.Errors;

namespace RapidTuner.Control.Tests.Policies;

public sealed class PolicyNamesTests
{
    [Fact]
    public void Parse_All_IsEveryPolicyInOrder() => Assert.Equal(
        ["hybrid", "disagg", "static-best", "overlap", "rapid", "nexus", "pdmux", "bullet", "atom", "learned", "oracle"],
        PolicyNames.Parse("all"));

    [Fact]
    public void Parse_List_KeepsOrderAndNamesEachOnce() =>
        Assert.Equal(["Rapid", "static:0.6", "ATOM"], PolicyNames.Parse("Rapid, static:0.6,rapid,ATOM"));

    [Fact]
    public void Parse_SeveralUnknown_NamesThemAllWithTheNearest()
    {
        var thrown = Assert.Throws<BadInputException>(() => PolicyNames.Parse("rapit,bulet,rapid"));
        Assert.Equal(2, thrown.Problems.Count);
        Assert.Contains("did you mean 'rapid'?", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'bullet'?", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("static")]
    [InlineData("static:")]
    [InlineData("static:0")]
    [InlineData("static:1")]
    [InlineData("static:60")]
    [InlineData("static:x")]
    [InlineData("static:NaN")]
    public void Parse_StaticWithoutShare_SaysWhatAShareIs(string name) =>
        Assert.Contains("static:0.6", Assert.Throws<BadInputException>(() => PolicyNames.Parse(name)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    public void Parse_Nothing_IsAProblem(string list) => Assert.Throws<BadInputException>(() => PolicyNames.Parse(list));

    [Theory]
    [InlineData("hybrid")]
    [InlineData("oracle")]
    [InlineData("nothing")]
    public void Create_NotPure_IsBadInput(string name)
    {
        var context = new PolicyContext { Grid = ToyDevice.Grid, ItlLimitS = 0.1, Palette = ToyDevice.PaletteOf(ToyDevice.Grid) };
        Assert.NotEqual(0, Assert.Throws<BadInputException>(() => PolicyFactory.Create(name, context)).Problems.Count);
    }

    [Fact]
    public void Create_SettingsOutOfRange_NamesThemAll()
    {
        var settings = new PolicySettings { ChunkTokens = 0, ItlMargin = double.NaN, NexusAlpha = 0.5 };
        var context = new PolicyContext { Grid = ToyDevice.Grid, ItlLimitS = 0.1, Palette = ToyDevice.PaletteOf(ToyDevice.Grid) };
        Assert.Equal(3, Assert.Throws<BadInputException>(() => PolicyFactory.Create("overlap", context, settings)).Problems.Count);
    }

    [Fact]
    public void Defaults_AreTheFixedSetting()
    {
        var settings = new PolicySettings();
        Assert.Equal(Core.PrefillOrder.Spf, settings.Order);
        Assert.Equal(2048, settings.ChunkTokens);
        Assert.Equal(0.8, settings.ItlMargin);
        Assert.Equal(1.3, settings.NexusAlpha);
        Assert.Equal(1.1, settings.NexusBeta);
        Assert.Equal(0.7, settings.NexusKvUseShare);
    }
}
