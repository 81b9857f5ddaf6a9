using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Transforms;

/// <summary>What repetition and resampling share: a trace seen as requests on a line of known length.</summary>
internal sealed class TraceBlocks
{
    /// <summary>Length of a block, seconds. Source: COMPARISON §1.</summary>
    public const double BlockS = 60;

    private readonly TraceRequest[] _requests;
    private readonly double _firstS;

    /// <summary>Takes the requests of a trace in order.</summary>
    public TraceBlocks(Trace trace)
    {
        _requests = trace.Requests;
        _firstS = _requests.Length == 0 ? 0 : _requests[0].ArrivalS;

        // After the last request comes a mean gap, so that a repeated trace keeps its rate.
        LengthS = _requests.Length < 2 ? 0 : trace.SpanS * _requests.Length / (_requests.Length - 1.0);
    }

    /// <summary>Length of the line, seconds; 0 for a single instant.</summary>
    public double LengthS { get; }

    /// <summary>Adds the requests of [start, end), counted from the first arrival, so that the block begins at <paramref name="toS"/>.</summary>
    public void Copy(double startS, double endS, double toS, List<TraceRequest> into)
    {
        for (var i = FirstAt(startS); i < _requests.Length && _requests[i].ArrivalS - _firstS < endS; i++)
        {
            into.Add(_requests[i] with { ArrivalS = toS + (_requests[i].ArrivalS - _firstS - startS) });
        }
    }

    private int FirstAt(double startS)
    {
        var (low, high) = (0, _requests.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _requests[middle].ArrivalS - _firstS < startS ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
