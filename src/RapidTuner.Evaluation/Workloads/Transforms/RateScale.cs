using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Transforms;

/// <summary>The same requests, faster or slower.</summary>
public static class RateScale
{
    /// <summary>Divides all arrival times by <paramref name="scale"/> (&gt; 0), and the resolution of the time stamps with them.</summary>
    public static Trace Apply(Trace trace, double scale)
    {
        if (!(scale > 0 && double.IsFinite(scale)))
        {
            throw new BadInputException("--rate-scale", $"is {scale}", "give a number above 0; 2 doubles the rate");
        }

        if (scale.Equals(1.0))
        {
            return trace;
        }

        var requests = new TraceRequest[trace.Requests.Length];
        for (var i = 0; i < requests.Length; i++)
        {
            requests[i] = trace.Requests[i] with { ArrivalS = trace.Requests[i].ArrivalS / scale };
        }

        return trace with { Requests = requests, TimestampStepS = trace.TimestampStepS / scale };
    }
}
