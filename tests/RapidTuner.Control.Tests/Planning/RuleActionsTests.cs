using RapidTuner.Control.Learned;
using RapidTuner.Control.Planning;

namespace RapidTuner.Control.Tests.Planning;

public sealed class RuleActionsTests
{
    [Fact]
    public void Of_ValuesOfASet_IsThatSet() =>
        Assert.All(RuleActions.Learned, set => Assert.Equal(set, RuleActions.Of(RuleActions.ValuesOf(set), RuleParameters.AllLevers)));

    [Fact]
    public void ValuesOf_ALoggedCandidate_AreThoseOfItsSet() =>
        Assert.All(RuleActions.Learned, set => Assert.Equal(RuleActions.ValuesOf(set), RuleActions.ValuesOf(PlanReport.Candidate(set, chosen: true).Parameters)));

    [Fact]
    public void ValuesOf_SomethingElse_AreNone()
    {
        Assert.Null(RuleActions.ValuesOf(new Dictionary<string, double>()));
        Assert.Null(RuleActions.ValuesOf(new Dictionary<string, double>(PlanReport.Candidate(RuleParameters.AllLevers, chosen: true).Parameters) { ["step_itls"] = double.NaN }));
    }

    [Fact]
    public void Learned_Names_AreDifferentAndFewEnough() =>
        Assert.InRange(RuleActions.Learned.Select(RuleActions.NameOf).Distinct().Count(), RuleActions.Learned.Count, Learning.Q.PlanLog.ActionsMax);
}
