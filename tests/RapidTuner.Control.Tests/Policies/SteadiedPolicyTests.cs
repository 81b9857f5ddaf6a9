using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Tests.Policies;

/// <summary>A rule for every step, on an engine that is slow to apply a split.</summary>
public sealed class SteadiedPolicyTests
{
    private static readonly Palette Palette = ToyDevice.PaletteOf(ToyDevice.Grid);
    private readonly Scripted _rule = new();

    [Fact]
    public void Decide_WithinAPeriod_HoldsTheFirst()
    {
        var steady = new SteadiedPolicy(_rule, 10);
        var first = Ask(steady, 100, pair: 2).Split;
        var later = Ask(steady, 109, pair: 5);
        Assert.Equal((Palette.Nearest(Pair(2)), Palette.Nearest(Pair(2)), Reason.Dwell), (first, later.Split, later.Reason));
    }

    [Fact]
    public void Decide_NextPeriod_HoldsWhatWasWantedMostOften()
    {
        var steady = new SteadiedPolicy(_rule, 10);
        foreach (var (nowS, pair) in new[] { (100.0, 2), (101, 5), (102, 4), (103, 5), (104, 5) })
        {
            Ask(steady, nowS, pair);
        }

        Assert.Equal(Palette.Nearest(Pair(5)), Ask(steady, 110, pair: 2).Split);
        Assert.Equal(Palette.Nearest(Pair(5)), Ask(steady, 119, pair: 2).Split);
        Assert.Equal(Palette.Nearest(Pair(2)), Ask(steady, 121, pair: 2).Split);
    }

    [Fact]
    public void Decide_FromPresent_HoldsTheSplitInForceFirst()
    {
        var steady = new SteadiedPolicy(_rule, 10, fromPresent: true);
        Assert.Equal(new Split(152, 152), Ask(steady, 100, pair: 2).Split);
    }

    [Fact]
    public void Decide_OnePhaseIdle_CountsForNothingAndKeepsItsOtherLevers()
    {
        var steady = new SteadiedPolicy(_rule, 10);
        Ask(steady, 100, pair: 2);
        _rule.Wanted = new Decision(Pair(6), Reason.PrefillIdle, 512);
        for (var i = 0; i < 5; i++)
        {
            var idle = steady.Decide(Situation.NothingToPrefill() with { NowS = 101 + i });
            Assert.Equal((Palette.Nearest(Pair(2)), 512), (idle.Split, idle.ChunkTokens));
        }

        Assert.Equal(Palette.Nearest(Pair(2)), Ask(steady, 111, pair: 2).Split);
    }

    [Fact]
    public void Decide_Often_AllocatesNothing()
    {
        var steady = new SteadiedPolicy(_rule, 0.5);
        Ask(steady, 0, 1);
        var seen = Situation.BothPhases(8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            steady.Decide(seen with { NowS = i });
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static Split Pair(int eighths) => new(ToyDevice.Units - (38 * eighths), 38 * eighths);

    private Decision Ask(SteadiedPolicy steady, double nowS, int pair)
    {
        _rule.Wanted = new Decision(Pair(pair), Reason.SmallestDecode);
        return steady.Decide(Situation.BothPhases(8) with { NowS = nowS });
    }

    private sealed class Scripted : IPolicy
    {
        public Decision Wanted { get; set; }

        public string Name => "scripted";

        public Palette Palette => SteadiedPolicyTests.Palette;

        public Decision Decide(in Observation seen) => Wanted;
    }
}
