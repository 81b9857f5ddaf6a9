namespace RapidTuner.Learning.Forecasting.Scoring;

/// <summary>
/// Chooses a method per horizon by its back-test: of those whose absolute error is no larger than last value's, the one of the
/// least pinball loss. Last value, the first, is kept until enough was scored, and wins ties: on a constant load, where nothing
/// is better, it stays.
/// </summary>
internal static class Choice
{
    /// <summary>Scores before another method than last value may be chosen; chosen.</summary>
    public const int ScoresMin = 20;

    /// <summary>What a method must do better by to take another's place, so that the choice does not flap; chosen.</summary>
    private const double Margin = 0.02;

    /// <summary>The choice after another score, when <paramref name="current"/> was chosen before.</summary>
    public static int Of(CandidateScores scores, int candidates, int current)
    {
        if (scores.Count < ScoresMin)
        {
            return current;
        }

        var kept = scores.AbsoluteOf(current) <= scores.AbsoluteOf(0) ? current : 0;
        var best = kept;
        for (var c = 0; c < candidates; c++)
        {
            if (scores.AbsoluteOf(c) <= scores.AbsoluteOf(0) && scores.PinballOf(c) < scores.PinballOf(best))
            {
                best = c;
            }
        }

        return scores.PinballOf(best) < (1 - Margin) * scores.PinballOf(kept) ? best : kept;
    }
}
