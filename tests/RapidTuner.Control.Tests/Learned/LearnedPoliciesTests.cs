using RapidTuner.Control.Policies;
using RapidTuner.Core.Errors;
using RapidTuner.Engine;

namespace RapidTuner.Control.Tests.Learned;

/// <summary>A policy that rests on a model which is not there is refused by name; the others do without.</summary>
public sealed class LearnedPoliciesTests
{
    private static readonly PolicyContext Context = new()
    {
        Grid = ToyDevice.Grid,
        ItlLimitS = Situation.ItlLimitS,
        Latency = new ToyDevice(),
        Palette = ToyDevice.PaletteOf(ToyDevice.Grid),
        Engine = new EngineOptions { DeviceUnits = ToyDevice.Units, KvBlocks = 20_000, ContextTokens = 32_768, ItlLimitS = Situation.ItlLimitS },
    };

    [Theory]
    [InlineData(PolicyNames.LearnedQ)]
    [InlineData(PolicyNames.LearnedBandit)]
    [InlineData(PolicyNames.LearnedChampion)]
    [InlineData(PolicyNames.LearnedNoTrees)]
    public void Create_WithoutItsModel_IsRefused(string name)
    {
        var problem = Assert.Throws<BadInputException>(() => PolicyFactory.Create(name, Context));
        Assert.Contains($"'{name}' needs", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PolicyNames.Learned)]
    [InlineData(PolicyNames.LearnedNoQ)]
    [InlineData(PolicyNames.LearnedForecast)]
    [InlineData(PolicyNames.LearnedNoForecast)]
    public void Create_WithoutModels_Decides(string name)
    {
        var policy = PolicyFactory.Create(name, Context);
        Assert.Equal(name, policy.Name);
        Assert.Equal(policy.Palette.Nearest(policy.Decide(Situation.BothPhases(20)).Split), policy.Decide(Situation.BothPhases(20)).Split);
    }

    [Theory]
    [InlineData(0.1, false, false)]
    [InlineData(1, false, true)]
    [InlineData(0, true, true)]
    public void Create_EngineThatIsSlowToApply_DecidesUnderAPair(double applyS, bool restarts, bool paired)
    {
        var context = new PolicyContext
        {
            Grid = Context.Grid, ItlLimitS = Context.ItlLimitS, Latency = Context.Latency, Palette = Context.Palette, Engine = Context.Engine! with { ApplyS = applyS, ApplyRestarts = restarts },
        };
        var policy = PolicyFactory.Create(PolicyNames.Learned, context);
        var splits = new[] { 1, 64, 4000 }.Select(batch => policy.Decide(Situation.BothPhases(batch)).Split).Distinct();
        Assert.Equal(paired, splits.Count() == 1);
    }
}
