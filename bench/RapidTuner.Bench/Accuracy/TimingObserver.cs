using RapidTuner.Core.Samples;

namespace RapidTuner.Bench.Accuracy;

/// <summary>Notes when one replica's requests were served.</summary>
/// <param name="into">Timings by the request's place in the whole table.</param>
/// <param name="first">Place of the replica's first request.</param>
/// <param name="stride">From one of its requests to the next.</param>
internal sealed class TimingObserver(RequestTiming[] into, int first, int stride) : IEngineObserver
{
    public void OnStep(in StepSample step)
    {
        // Requests are compared, not steps.
    }

    public void OnGaps(double nowS, double gapS, int count)
    {
        // A request's mean gap follows from its ends.
    }

    public void OnRequest(in RequestSample request)
    {
        if (request.Outcome == Outcome.Finished)
        {
            var gaps = Math.Max(1, request.OutputTokens - 1);
            into[first + ((int)request.Id * stride)] = new RequestTiming(
                request.ArrivalS, request.TtftS, (request.FinishS - request.ArrivalS - request.TtftS) / gaps, request.FinishS, request.OutputTokens);
        }
    }
}
