using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Forecasting.Scoring;

namespace RapidTuner.Learning.Tests.Forecasting.Scoring;

public sealed class ChoiceTests
{
    [Fact]
    public void Of_MethodSurelyBetter_IsChosen() => Assert.Equal(1, After(Scores(200, other: 0.5)));

    [Fact]
    public void Of_MethodBetterByChance_IsNot()
    {
        var scores = Scores(40, other: 0.97);

        Assert.True(scores.AbsoluteOf(1) < scores.AbsoluteOf(0));
        Assert.InRange(scores.GainOf(1), 0.001, 2);
        Assert.Equal(0, After(scores));
    }

    [Fact]
    public void Of_MethodOfTheShorterHorizon_IsBelievedWhileScoresAgree()
    {
        Assert.Equal(1, After(Scores(40, other: 0.9), shorter: 1));
        Assert.Equal(0, After(Scores(40, other: 1.2), shorter: 1));
    }

    [Fact]
    public void Of_ChosenMethodThatFallsBehind_GivesWayToLastValue() => Assert.Equal(0, After(Scores(200, other: 1.2), current: 1));

    [Fact]
    public void Of_FewScores_KeepsTheChoice() => Assert.Equal(1, After(Scores(Choice.ScoresMin - 1, other: 2), current: 1));

    [Fact]
    public void GainOf_ScoresThatShareWindows_IsLessSure()
    {
        var (apart, sharing) = (Scores(200, other: 0.8), Scores(200, other: 0.8, horizonWindows: 10));
        Assert.InRange(sharing.GainOf(1) / apart.GainOf(1), 0.25, 0.4);
    }

    [Fact]
    public void GainOf_EqualErrors_IsZero() => Assert.Equal(0, Scores(50, other: 1, noise: 0).GainOf(1));

    private static int After(CandidateScores scores, int current = 0, int shorter = 0) => Choice.Of(scores, 2, current, shorter);

    /// <summary>Scores of two methods: last value misses by about 1, the other by about <paramref name="other"/>.</summary>
    private static CandidateScores Scores(int count, double other, int horizonWindows = 1, double noise = 0.3)
    {
        var scores = new CandidateScores(CandidateScores.Lanes, 1, horizonWindows);
        var rng = new Rng(3, "choice");
        for (var i = 0; i < count; i++)
        {
            var sign = rng.NextDouble() < 0.5 ? -1 : 1;
            scores.Add([100 + (sign * (1 + (noise * rng.NextGaussian()))), 100 + (sign * (other + (noise * rng.NextGaussian()))), 100, 100], 100);
        }

        return scores;
    }
}
