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
    /// True when a step is shorter than the mean gap: two of one stamp then did come together (a client that sends several at
    /// once). Otherwise a step holds many requests that only look simultaneous.
    /// </summary>
    public static bool IsFine(Trace trace, TimestampSpec stamps) => stamps.StepS * trace.Requests.Length < trace.SpanS;

    /// <summary>Arrivals from 0 in order; those of coarse stamps as they may have been before, spread evenly over their step.</summary>
    public static double[] Unstamped(Trace trace, TimestampSpec? stamps)
    {
        var rng = new Rng(1, "unstamped");
        var spread = stamps is not null && !IsFine(trace, stamps);
        var firstS = trace.Requests[0].ArrivalS;
        var arrivalsS = new double[trace.Requests.Length];
        for (var i = 0; i < arrivalsS.Length; i++)
        {
            var atS = trace.Requests[i].ArrivalS - firstS;
            arrivalsS[i] = spread ? (Math.Round(atS / stamps!.StepS) + rng.NextDouble()) * stamps.StepS : atS;
        }

        Array.Sort(arrivalsS);
        return arrivalsS;
    }
}
