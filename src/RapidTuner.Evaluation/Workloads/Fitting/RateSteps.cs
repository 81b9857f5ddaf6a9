namespace RapidTuner.Evaluation.Workloads.Fitting;

/// <summary>How fine a rate curve is.</summary>
internal static class RateSteps
{
    /// <summary>Most steps of a curve; chosen: a month to the quarter of an hour, in some ten kilobytes.</summary>
    private const int StepsMax = 2880;

    /// <summary>Mean requests of a step; chosen: a curve finer than that would list the arrivals rather than sum them up.</summary>
    private const double RequestsMin = 8;

    private static readonly double[] StepsS = [5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

    /// <summary>The finest usual step for so many requests over a duration, seconds.</summary>
    public static double For(int requests, double durationS)
    {
        var leastS = Math.Max(durationS / StepsMax, RequestsMin * durationS / Math.Max(1, requests));
        foreach (var stepS in StepsS)
        {
            if (stepS >= leastS)
            {
                return stepS;
            }
        }

        return Math.Ceiling(leastS / StepsS[^1]) * StepsS[^1];
    }
}
