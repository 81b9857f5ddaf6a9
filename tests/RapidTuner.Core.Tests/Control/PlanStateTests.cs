using RapidTuner.Core.Control;

namespace RapidTuner.Core.Tests.Control;

public sealed class PlanStateTests
{
    [Fact]
    public void Of_Observation_FillsEveryFeatureOnce()
    {
        var seen = new Observation
        {
            NowS = 10,
            DecodeNext = StepWork.Decode(3, 400),
            PrefillQueued = 5,
            PrefillQueuedTokens = 6000,
            PrefillOldestArrivalS = 7,
            PrefillHeadSlackS = 8.5,
            KvFreeShare = 0.9,
            DecodeLatestStepS = 0.05,
            ItlLimitS = 0.1,
        };
        Span<double> row = stackalloc double[PlanState.Features];
        PlanState.Of(in seen, 11, 12, 13).CopyTo(row);
        Assert.Equal([3, 400, 5, 6000, 3, 8.5, 0.9, 0.5, 11, 12, 13], row.ToArray());
        Assert.Equal(PlanState.Features, PlanState.Names.Count);
    }

    [Fact]
    public void Of_NothingWaits_IsWithoutAgeAndWithFullSlack()
    {
        var seen = new Observation { PrefillOldestArrivalS = double.NaN, PrefillHeadSlackS = double.PositiveInfinity };
        var state = PlanState.Of(in seen, 0, 0, 0);
        Assert.Equal(0, state.PrefillOldestWaitS);
        Assert.Equal(PlanState.SlackMaxS, state.PrefillHeadSlackS);
        Assert.Equal(0, state.DecodeLatestStepItlShare);
    }
}
