using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Workloads.Specs;

namespace RapidTuner.Evaluation.Workloads.Fitting;

/// <summary>Fits the clock of a source: the step of its time stamps, and how far they stand from it.</summary>
internal static class StampFitter
{
    private const double JitterTolerance = 0.005;

    /// <summary>The time stamps' step and jitter; null when they are finer than a millisecond.</summary>
    public static TimestampSpec? Fit(Trace trace)
    {
        var stepS = trace.TimestampStepS;
        if (stepS <= 0)
        {
            return null;
        }

        var firstS = trace.Requests[0].ArrivalS;
        var offsetsMs = trace.Requests.Select(request => request.ArrivalS - firstS).Distinct()
            .Select(stampS => Math.Round((stampS - (stepS * Math.Round(stampS / stepS))) * 1000)).Order().ToArray();
        var exact = offsetsMs[0].Equals(0.0) && offsetsMs[^1].Equals(0.0);
        return new TimestampSpec { StepS = stepS, JitterMs = exact ? null : CdfFitter.Whole(offsetsMs, JitterTolerance) };
    }

    /// <summary>
    /// Arrivals from 0 as they may have been before they were stamped, in order. Where a step holds many requests they are
    /// spread evenly over it, one by one. Where it is shorter than the mean gap, two of one stamp did come together (a
    /// client that sends several at once): they stay together.
    /// </summary>
    public static double[] Unstamped(Trace trace, TimestampSpec? stamps)
    {
        var rng = new Rng(1, "unstamped");
        var together = stamps is not null && stamps.StepS * trace.Requests.Length < trace.SpanS;
        var firstS = trace.Requests[0].ArrivalS;
        var arrivalsS = new double[trace.Requests.Length];
        for (var i = 0; i < arrivalsS.Length; i++)
        {
            var atS = trace.Requests[i].ArrivalS - firstS;
            if (stamps is null)
            {
                arrivalsS[i] = atS;
            }
            else if (together && i > 0 && trace.Requests[i].ArrivalS.Equals(trace.Requests[i - 1].ArrivalS))
            {
                arrivalsS[i] = arrivalsS[i - 1];
            }
            else
            {
                arrivalsS[i] = (Math.Round(atS / stamps.StepS) + rng.NextDouble()) * stamps.StepS;
            }
        }

        Array.Sort(arrivalsS);
        return arrivalsS;
    }
}
