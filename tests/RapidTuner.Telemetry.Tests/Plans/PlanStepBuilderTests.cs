using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Plans;

namespace RapidTuner.Telemetry.Tests.Plans;

public sealed class PlanStepBuilderTests
{
    [Fact]
    public void Steps_BetweenPlans_CountWhatWasSettled()
    {
        var builder = new PlanStepBuilder();
        builder.Settle(0.5, Outcome.Finished, attained: true);
        builder.Add(Plan(1, 0, 0.9));
        builder.Settle(1.5, Outcome.Finished, attained: true);
        builder.Settle(2.5, Outcome.Finished, attained: true);
        builder.Settle(2.6, Outcome.Finished, attained: false);
        builder.Settle(2.7, Outcome.RejectedSize, attained: false);
        builder.Settle(2.8, Outcome.Cancelled, attained: false);
        builder.Add(Plan(3, 1, 0.1));
        builder.Add(Plan(4, 0, 0.9));

        Assert.Equal(2, builder.Steps.Count);
        var first = builder.Steps[0];
        Assert.Equal(("a", 1.0, 2.0, 2.0, 3.0, 1.0, 0.9), (first.Action, first.AtS, first.DurationS, first.Reward, first.Settled, first.RewardAfterS, first.Propensity));
        Assert.Equal([0.9, 0.1], first.Probabilities);
        Assert.Equal(("b", 0.0, 0.1), (builder.Steps[1].Action, builder.Steps[1].Reward, builder.Steps[1].Propensity));
    }

    private static PlanSample Plan(double atS, int chosen, double propensity) => new()
    {
        Seen = new Observation { NowS = atS },
        Chosen = default,
        ChosenIndex = chosen,
        Propensity = propensity,
        Candidates = [new PlanCandidate { Name = "a", Probability = 0.9 }, new PlanCandidate { Name = "b", Probability = 0.1 }],
    };
}
