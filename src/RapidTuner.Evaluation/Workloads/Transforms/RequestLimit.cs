using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Transforms;

/// <summary>The first requests of a trace.</summary>
public static class RequestLimit
{
    /// <summary>At most <paramref name="limit"/> (≥ 1) requests from the start.</summary>
    public static Trace Apply(Trace trace, int limit)
    {
        if (limit < 1)
        {
            throw new BadInputException("--limit", $"is {limit}", "give 1 or more requests");
        }

        return trace.Requests.Length <= limit ? trace : trace with { Requests = trace.Requests[..limit] };
    }
}
