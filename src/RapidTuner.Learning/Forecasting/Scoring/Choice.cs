namespace RapidTuner.Learning.Forecasting.Scoring;

/// <summary>
/// Chooses a method per horizon by its back-test: of those whose absolute error is surely below last value's, the one of the
/// least pinball loss. Last value, the first, is kept until enough was scored, and wins ties: on a constant load, where nothing
/// is better, it stays. A method once chosen is kept until its error exceeds last value's. Where a horizon's own scores are too few to be sure, the
/// method that serves the next shorter one is believed in as long as they do not speak against it.
/// </summary>
internal static class Choice
{
    /// <summary>Scores before another method than last value may be chosen; chosen.</summary>
    public const int ScoresMin = 20;

    /// <summary>What a method must do better by to take another's place, so that the choice does not flap; chosen.</summary>
    private const double Margin = 0.02;

    /// <summary>Standard errors by which a method must beat last value to take its place. Chosen: one in twenty does so by chance.</summary>
    private const double GainMin = 2;

    /// <summary>The choice after another score, when <paramref name="current"/> was chosen before and <paramref name="shorter"/> serves the next shorter horizon.</summary>
    public static int Of(CandidateScores scores, int candidates, int current, int shorter)
    {
        if (scores.Count < ScoresMin)
        {
            return current;
        }

        var kept = scores.AbsoluteOf(current) <= scores.AbsoluteOf(0) ? current : 0;
        var best = kept;
        for (var c = 0; c < candidates; c++)
        {
            if ((c == kept || scores.GainOf(c) >= GainMin || (c == shorter && scores.GainOf(c) > 0)) && scores.PinballOf(c) < scores.PinballOf(best))
            {
                best = c;
            }
        }

        return scores.PinballOf(best) < (1 - Margin) * scores.PinballOf(kept) ? best : kept;
    }
}
