using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Workloads.Specs;

namespace RapidTuner.Evaluation.Workloads.Fitting;

/// <summary>Fits a spec to a trace: rate curve with its bursts, gaps, joint lengths with their drift, cached tokens, time stamps.</summary>
public static class SpecFitter
{
    /// <summary>Fits <paramref name="trace"/>; the same trace gives the same spec.</summary>
    /// <exception cref="BadInputException">The trace has no request.</exception>
    public static WorkloadSpec Fit(Trace trace, FitOptions? options = null)
    {
        options ??= new FitOptions();
        if (trace.Requests.Length == 0)
        {
            throw new BadInputException(trace.Name, "the trace is empty", "give at least one request");
        }

        var stamps = StampFitter.Fit(trace);
        var arrivalsS = StampFitter.Unstamped(trace, stamps);
        var firstS = trace.Requests[0].ArrivalS;
        var requests = Array.ConvertAll(trace.Requests, request => request with { ArrivalS = request.ArrivalS - firstS });
        var durationS = Math.Round(trace.SpanS + (stamps?.StepS ?? 0), 6);
        var (rate, gaps) = ArrivalFitter.Fit(arrivalsS, durationS, stamps is not null && StampFitter.IsFine(trace, stamps) ? stamps.StepS : 0);
        return new WorkloadSpec
        {
            Format = WorkloadSpec.CurrentFormat,
            Name = options.Name ?? trace.Name,
            Aliases = options.Aliases,
            Description = options.Description,
            Source = options.Source,
            SloClass = options.SloClass,
            DurationS = durationS,
            Timestamps = stamps,
            Components = [new ComponentSpec { Name = "all", Rate = rate, Gaps = gaps, Lengths = LengthFitter.Fit(requests, durationS) }],
        };
    }
}
