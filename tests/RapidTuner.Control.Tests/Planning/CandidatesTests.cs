using RapidTuner.Control.Learned;
using RapidTuner.Control.Planning;

namespace RapidTuner.Control.Tests.Planning;

/// <summary>What a planner may choose from keeps the levers that a policy does not have.</summary>
public sealed class CandidatesTests
{
    [Fact]
    public void Far_EveryLever_PresentFirstAndNoneTwice()
    {
        var found = Far(RuleParameters.AllLevers, splitOnly: false);
        Assert.Equal(RuleParameters.AllLevers, found[0]);
        Assert.Equal(found.Count, found.Distinct().Count());
        Assert.Contains(found, c => c.Fuses);
        Assert.Contains(found, c => c.ChunkTokens > RuleParameters.AllLevers.ChunkTokens && !c.Fuses);
    }

    [Fact]
    public void Far_SplitOnly_OrderChunkAndDemotionStay()
    {
        var present = RuleParameters.SplitOnly(Core.PrefillOrder.Fcfs, 512);
        Assert.All(Far(present, splitOnly: true), c => Assert.Equal((present.Order, 512, 0.0, false), (c.Order, c.ChunkTokens, c.DemotionShare, c.Fuses)));
    }

    [Fact]
    public void Far_MayNotFuse_NoneFuses() => Assert.DoesNotContain(Far(RuleParameters.AllLevers with { MayFuse = false }, splitOnly: false), c => c.Fuses);

    private static List<RuleParameters> Far(RuleParameters present, bool splitOnly)
    {
        List<RuleParameters> into = [];
        Candidates.Far(present, splitOnly, into);
        return into;
    }
}
