using RapidTuner.Telemetry.Features;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Telemetry.Tests.Features;

public sealed class FeatureListTests
{
    [Fact]
    public void Names_AreUniqueAndCarryTheirUnit()
    {
        Assert.Equal(FeatureList.All.Count, FeatureList.All.Select(f => f.Name).Distinct().Count());
        Assert.All(FeatureList.All.Where(f => f.Unit == "s"), f => Assert.Matches("_s(_|$)", f.Name));
        Assert.All(FeatureList.All.Where(f => f.Unit.EndsWith("/s", StringComparison.Ordinal)), f => Assert.EndsWith("_per_s", f.Name, StringComparison.Ordinal));
        Assert.All(FeatureList.All.Where(f => f.Unit == "share"), f => Assert.Contains("share", f.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Documentation_ListsEveryFeatureWithItsUnitAndMeaning()
    {
        var text = File.ReadAllText(Path.Combine(SharedData.Root, "docs", "telemetry.md"));
        Assert.All(FeatureList.All, f => Assert.Contains($"| `{f.Name}` | {f.Unit} | {f.Description} |", text, StringComparison.Ordinal));
    }

    [Fact]
    public void IndexOf_UnknownName_Throws() => Assert.Throws<KeyNotFoundException>(() => FeatureList.IndexOf("nothing"));
}
