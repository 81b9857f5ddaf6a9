using RapidTuner.Control.Exploration;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Tests.Exploration;

public sealed class PlanExplorerTests
{
    private static readonly PlanState Calm = new() { PrefillHeadSlackS = 1, KvFreeShare = 0.5, DecodeLatestStepItlShare = 0.6 };

    private static readonly PlanCandidate[] Candidates =
    [
        new() { Name = "keep", ItlUpperS = 0.05, TtftUpperShare = 0.5 },
        new() { Name = "safe", ItlUpperS = 0.09, TtftUpperShare = 0.9 },
        new() { Name = "slow decode", ItlUpperS = 0.11, TtftUpperShare = 0.5 },
        new() { Name = "late", ItlUpperS = 0.05, TtftUpperShare = 1.1 },
        new() { Name = "unknown" },
        new() { Name = "safe too", ItlUpperS = 0.1, TtftUpperShare = 1 },
    ];

    public static TheoryData<PlanState> Overloads => new()
    {
        Calm with { PrefillHeadSlackS = -0.1 },
        Calm with { KvFreeShare = 0.05 },
        Calm with { DecodeLatestStepItlShare = 0.95 },
        Calm with { KvFreeShare = double.NaN },
    };

    [Fact]
    public void Draw_Calm_TriesOnlySafeCandidatesAtTheLoggedChance()
    {
        var explorer = new PlanExplorer(new ExplorationOptions { Share = 0.2 }, 7);
        var drawn = new int[Candidates.Length];
        for (var i = 0; i < 20_000; i++)
        {
            var draw = explorer.Draw(Candidates, 0, in Calm, 0.1);
            Assert.Equal([0.8, 0.1, 0, 0, 0, 0.1], draw.Probabilities);
            Assert.Equal(draw.Index != 0, draw.Explored);
            drawn[draw.Index]++;
        }

        Assert.InRange(drawn[0], 15_700, 16_300);
        Assert.InRange(drawn[1], 1_850, 2_150);
        Assert.InRange(drawn[5], 1_850, 2_150);
        Assert.Equal(20_000, drawn[0] + drawn[1] + drawn[5]);
    }

    [Theory]
    [MemberData(nameof(Overloads))]
    public void Draw_Overload_IsTheBestForSure(PlanState state)
    {
        var explorer = new PlanExplorer(new ExplorationOptions { Share = 0.5 }, 7);
        Assert.All(Enumerable.Range(0, 200), _ => Assert.Equal((0, 1.0), (explorer.Draw(Candidates, 0, in state, 0.1).Index, explorer.Draw(Candidates, 0, in state, 0.1).Propensity)));
    }

    [Fact]
    public void Draw_SwitchedOff_IsTheBestForSure()
    {
        var explorer = new PlanExplorer(new ExplorationOptions { Enabled = false, Share = 0.5 }, 7);
        Assert.All(Enumerable.Range(0, 200), _ => Assert.Equal(1, explorer.Draw(Candidates, 1, in Calm, 0.1).Index));
    }

    [Fact]
    public void Draw_NothingSafe_IsTheBestForSure()
    {
        var explorer = new PlanExplorer(new ExplorationOptions { Share = 0.5 }, 7);
        Assert.Equal(1.0, explorer.Draw(Candidates, 0, in Calm, 0.001).Propensity);
    }

    [Fact]
    public void Options_OutOfRange_AreToldAtOnce()
    {
        var wrong = Assert.Throws<BadInputException>(() => new PlanExplorer(new ExplorationOptions { Share = 0.9, KvFreeShareMin = 2 }, 1));
        Assert.Contains("exploration.share", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("exploration.kv_free_share_min", wrong.Message, StringComparison.Ordinal);
    }
}
