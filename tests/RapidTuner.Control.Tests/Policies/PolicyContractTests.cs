using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Tests.Policies;

/// <summary>What every pure policy owes, whatever its rule.</summary>
public sealed class PolicyContractTests
{
    private static readonly UnitGrid[] Grids =
        [ToyDevice.Grid, new(132, 8, 8), new(108, 2, 4), new(92, 2, 4), new(8, 2, 2), new(3, 1, 1), new(2, 2, 2), new(1, 1, 1)];

    public static TheoryData<string> Names => [.. PolicyNames.Pure, "static:0.6", "static:0.001", "static:0.999"];

    public static TheoryData<string> Tuned => [.. PolicyNames.Pure.Where(name => !PolicyNames.ChoosesItself(name)), "static:0.6"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_AnyObservation_StaysInThePalette(string name)
    {
        foreach (var grid in Grids)
        {
            var policy = PolicyFactory.Create(name, ContextOf(grid));
            Prop.ForAll(AnyObservation.Generator.ToArbitrary(), seen =>
            {
                var split = policy.Decide(in seen).Split;
                return policy.Palette.Nearest(split) == split;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Palette_AnyDevice_HoldsAtMostEightCountsAPhase(string name)
    {
        foreach (var grid in Grids)
        {
            var palette = PolicyFactory.Create(name, ContextOf(grid)).Palette;
            Assert.InRange(palette.PrefillUnits.Length, 1, DeviceSpec.PaletteCountsMax);
            Assert.InRange(palette.DecodeUnits.Length, 1, DeviceSpec.PaletteCountsMax);
            Assert.All(palette.PrefillUnits, u => Assert.Equal(grid.AtMost(u), u));
            Assert.All(palette.DecodeUnits, u => Assert.Equal(grid.AtMost(u), u));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_SameObservation_SameDecision(string name)
    {
        var first = PolicyFactory.Create(name, ContextOf(ToyDevice.Grid));
        var second = PolicyFactory.Create(name, ContextOf(ToyDevice.Grid));
        for (var batch = 0; batch < 400; batch += 7)
        {
            var seen = Situation.BothPhases(batch);
            var decision = first.Decide(in seen);
            first.Decide(Situation.BothPhases(400 - batch));
            Assert.Equal(decision, first.Decide(in seen));
            Assert.Equal(decision, second.Decide(in seen));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_Always_AllocatesNothing(string name)
    {
        var policy = PolicyFactory.Create(name, ContextOf(ToyDevice.Grid));
        var seen = new[]
        {
            Situation.BothPhases(16),
            Situation.BothPhases(200, 4096),
            Situation.BothPhases(2000, 9000),
            Situation.BothPhases(300) with { KvFreeShare = 0.1 },
            Situation.NothingToDecode,
            Situation.NothingToPrefill(),
            Situation.BesideRunningPrefill(200, 152, 99.0),
        };
        foreach (var one in seen)
        {
            policy.Decide(in one);
        }

        // What the runtime allocates once, as it compiles or fills a cache, is not the policy's: the least of three rounds counts.
        var allocated = long.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10_000; i++)
            {
                policy.Decide(in seen[i % seen.Length]);
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, allocated);
    }

    [Theory]
    [MemberData(nameof(Tuned))]
    public void Decide_Settings_AreCarriedIntoTheDecision(string name)
    {
        var settings = new PolicySettings { Order = PrefillOrder.Fcfs, ChunkTokens = PolicySettings.WholePrompts };
        var policy = PolicyFactory.Create(name, ContextOf(ToyDevice.Grid), settings);
        foreach (var seen in new[] { Situation.BothPhases(16), Situation.BothPhases(300), Situation.NothingToDecode, Situation.NothingToPrefill() })
        {
            var decision = policy.Decide(in seen);
            Assert.Equal(PrefillOrder.Fcfs, decision.Order);
            Assert.Equal(PolicySettings.WholePrompts, decision.ChunkTokens);
            Assert.NotEqual(Reason.None, decision.Reason);
        }
    }

    private static PolicyContext ContextOf(UnitGrid grid) =>
        new() { Grid = grid, ItlLimitS = Situation.ItlLimitS, Palette = ToyDevice.PaletteOf(grid), Latency = new ToyDevice() };
}
