using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>
/// How coarse a trace's time stamps are, found from the stamps themselves. Two signs: all lie on a decimal grid of at most
/// 1 s; or several requests share each stamp and the stamps are regularly more than 1 s apart (Mooncake's are 3 s apart
/// with some milliseconds of jitter).
/// </summary>
internal static class TimestampStep
{
    /// <summary>Coarsest step that is taken for a resolution, seconds; chosen: beyond it, equal stamps are bursts.</summary>
    private const double StepSMax = 10;

    /// <summary>Fewest distinct stamps that show a resolution; chosen: below it a few hand-made bursts look like one.</summary>
    private const int StampsMin = 20;

    /// <summary>Share of gaps that may be shorter than a coarse step.</summary>
    private const double ShortGapsMax = 0.05;

    /// <summary>The step in seconds; 0 when finer than a millisecond or unknown.</summary>
    public static double Of(ReadOnlySpan<TraceRequest> sorted)
    {
        var coarse = CoarseS(sorted);
        return coarse > 0 ? coarse : GridS(sorted);
    }

    private static double GridS(ReadOnlySpan<TraceRequest> sorted)
    {
        if (sorted.Length == 0 || sorted[0].ArrivalS.Equals(sorted[^1].ArrivalS))
        {
            return 0;
        }

        var stepUs = 1_000_000L;
        foreach (ref readonly var row in sorted)
        {
            var us = Math.Round(row.ArrivalS * 1e6);
            if (Math.Abs((row.ArrivalS * 1e6) - us) > 1e-3 * Math.Max(1, row.ArrivalS))
            {
                return 0;
            }

            while ((long)us % stepUs != 0)
            {
                stepUs /= 10;
                if (stepUs < 1000)
                {
                    return 0;
                }
            }
        }

        return stepUs / 1e6;
    }

    private static double CoarseS(ReadOnlySpan<TraceRequest> sorted)
    {
        var (gaps, shortGaps) = (0, 0);
        for (var i = 1; i < sorted.Length; i++)
        {
            var gapS = sorted[i].ArrivalS - sorted[i - 1].ArrivalS;
            gaps += gapS > 0 ? 1 : 0;
            shortGaps += gapS is > 0 and <= 1.0 ? 1 : 0;
        }

        if (gaps + 1 < StampsMin || sorted.Length < 2 * (gaps + 1) || shortGaps > ShortGapsMax * gaps)
        {
            return 0;
        }

        var gapsS = new double[gaps];
        for (int i = 1, at = 0; i < sorted.Length; i++)
        {
            var gapS = sorted[i].ArrivalS - sorted[i - 1].ArrivalS;
            if (gapS > 0)
            {
                gapsS[at++] = gapS;
            }
        }

        Array.Sort(gapsS);
        var shortS = gapsS[(int)(ShortGapsMax * gaps)];
        var near = gapsS.Where(gapS => gapS >= 0.9 * shortS && gapS <= 1.1 * shortS).Average();
        return near is > 1.0 and <= StepSMax ? Math.Round(near, 3) : 0;
    }
}
