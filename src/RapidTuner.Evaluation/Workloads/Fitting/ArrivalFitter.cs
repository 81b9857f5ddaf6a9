using RapidTuner.Evaluation.Workloads.Specs;

namespace RapidTuner.Evaluation.Workloads.Fitting;

/// <summary>
/// Fits the rate curve, and the gaps for classes of rates, both as a steady stream and as bursts on and off. Placing drawn
/// gaps into the steps of the curve changes them: therefore they are drawn on trial and corrected until trial and original
/// agree, and the kind that agrees better is taken.
/// </summary>
internal static class ArrivalFitter
{
    private const double GapTolerance = 0.003;
    private const int ClassesMax = 16;

    /// <summary>Requests that a class of rates needs; chosen: its quantiles are then known to ten percent.</summary>
    private const int RequestsPerClass = 200;

    private const int Rounds = 12;

    /// <summary>Gaps that a trial draws at least; chosen: well above the noise of what is corrected.</summary>
    private const int TrialGapsMin = 60_000;

    /// <summary>Gaps of a trace that has none to speak of: each request has its part of the step.</summary>
    private static GapSpec Even { get; } = new()
    {
        Unit = GapSource.MeanGap,
        RateLimits = [],
        Classes = [new CdfSpec { At = [0.99, 1], UpTo = [0, 1] }],
    };

    /// <summary>Fits arrivals in order, counted from 0; trials are stamped to <paramref name="stampS"/> seconds (0: not at all) before they are compared.</summary>
    public static (RateSpec Rate, GapSpec Gaps) Fit(double[] arrivalsS, double durationS, double stampS)
    {
        var stepS = RateSteps.For(arrivalsS.Length, durationS);
        var curve = RateCurve.Counted(arrivalsS, stepS, durationS);
        var rate = new RateSpec { StepS = stepS, Requests = curve.Requests() };
        return (rate, arrivalsS.Length < 3 || durationS <= 0 ? Even : Gaps(arrivalsS, curve, stampS));
    }

    private static GapSpec Gaps(double[] arrivalsS, RateCurve curve, double stampS)
    {
        var limits = Limits(Array.ConvertAll(arrivalsS, arrivalS => curve.RatePerS(curve.StepOf(arrivalS))));
        var steady = new GapTrial(curve, limits, arrivalsS, GapSource.MeanGap, stampS).Correct(Rounds, TrialGapsMin, GapTolerance);
        var bursty = new GapTrial(curve, limits, arrivalsS, GapSource.Seconds, stampS).Correct(Rounds, TrialGapsMin, GapTolerance);
        return steady.Distance <= bursty.Distance ? steady.Gaps : bursty.Gaps;
    }

    /// <summary>Rates that part the requests into classes of equal size, midway between rates that occur.</summary>
    private static double[] Limits(double[] rates)
    {
        var sorted = rates.Order().ToArray();
        var classes = Math.Clamp(rates.Length / RequestsPerClass, 1, ClassesMax);
        var limits = new List<double>();
        for (var i = 1; i < classes; i++)
        {
            var at = (int)((long)i * sorted.Length / classes);
            var below = Array.FindLastIndex(sorted, at, rate => rate < sorted[at]);
            if (below >= 0)
            {
                var limit = CdfFitter.Significant(0.5 * (sorted[below] + sorted[at]), 6);
                if (limits.Count == 0 || limit > limits[^1])
                {
                    limits.Add(limit);
                }
            }
        }

        return [.. limits];
    }
}
