using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Transforms;

/// <summary>Undoes the rounding of coarse time stamps (COMPARISON §3): requests of one stamp did not arrive together.</summary>
public static class ArrivalSpread
{
    /// <summary>Time stamps up to this resolution stay as they are, seconds. Source: COMPARISON §3.</summary>
    public const double CoarseAboveS = 1;

    /// <summary>
    /// Moves each arrival by a uniform part of the step of its time stamps, in order of arrival again; a trace whose step is at
    /// most <see cref="CoarseAboveS"/> stays as it is.
    /// </summary>
    public static Trace Apply(Trace trace, ulong seed)
    {
        if (trace.TimestampStepS <= CoarseAboveS)
        {
            return trace;
        }

        var rng = new Rng(seed, "spread");
        var requests = new TraceRequest[trace.Requests.Length];
        for (var i = 0; i < requests.Length; i++)
        {
            requests[i] = trace.Requests[i] with { ArrivalS = trace.Requests[i].ArrivalS + (rng.NextDouble() * trace.TimestampStepS) };
        }

        ArrivalOrder.Sort(requests);
        return trace with { Requests = requests, TimestampStepS = 0 };
    }
}
