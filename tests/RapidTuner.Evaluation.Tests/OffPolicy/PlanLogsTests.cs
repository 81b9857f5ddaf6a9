using RapidTuner.Evaluation.OffPolicy;
using RapidTuner.Learning.Q;
using RapidTuner.Telemetry.Plans;

namespace RapidTuner.Evaluation.Tests.OffPolicy;

/// <summary>Logs name more candidates than estimators can tell apart: what matters is kept, the latest first.</summary>
public sealed class PlanLogsTests
{
    [Fact]
    public void Of_ManyCandidatesThatNobodyTakes_AreLeftOut()
    {
        var log = PlanLogs.Of([[.. Enumerable.Range(0, 200).Select(i => Step(i, "best", $"other {i}"))]], AlwaysFirst);
        Assert.Equal(["best"], log.Plans.Actions);
        Assert.Equal(200, log.Plans.Rows);
    }

    [Fact]
    public void Of_ManyActionsTaken_KeepsTheLatestThatCanBeToldApart()
    {
        var log = PlanLogs.Of([[Step(0, "early")], [.. Enumerable.Range(0, 200).Select(i => Step(i, $"plan {i / 2}"))]], AlwaysFirst);
        Assert.Equal(PlanLog.ActionsMax, log.Plans.Actions.Count);
        Assert.Equal(2 * PlanLog.ActionsMax, log.Plans.Rows);
        Assert.Contains("plan 99", log.Plans.Actions);
        Assert.DoesNotContain("early", log.Plans.Actions);
    }

    private static double[] AlwaysFirst(PlanStep step) => [.. step.Candidates.Select((_, c) => c == 0 ? 1.0 : 0)];

    private static PlanStep Step(double atS, params string[] candidates) =>
        new() { AtS = atS, DurationS = 1, Action = candidates[0], Candidates = candidates, Reward = 1 };
}
