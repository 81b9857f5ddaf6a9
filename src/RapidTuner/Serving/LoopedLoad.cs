using RapidTuner.Core.Workload;
using RapidTuner.Engine.Twin;

namespace RapidTuner.Serving;

/// <summary>A trace without end: its gaps divided by a scale, from the top again when it is through. Memory is that of one loop.</summary>
internal sealed class LoopedLoad : IArrivalSource
{
    private readonly TraceRequest[] _requests;
    private readonly Func<TraceRequest, double> _ttftLimitS;
    private readonly double _traceRps;
    private double _scale;
    private int _next;

    /// <param name="trace">One loop, at least two requests over a span above 0.</param>
    /// <param name="offeredRps">Rate to offer, requests per second.</param>
    /// <param name="ttftLimitS">Limit on the time to first token of a request, seconds.</param>
    public LoopedLoad(Trace trace, double offeredRps, Func<TraceRequest, double> ttftLimitS)
    {
        _requests = trace.Requests;
        _traceRps = trace.Requests.Length / trace.SpanS;
        _ttftLimitS = ttftLimitS;
        OfferedRps = offeredRps;
    }

    /// <summary>Rate offered, requests per second; may be changed from any thread and holds from the next gap on.</summary>
    public double OfferedRps
    {
        get => Volatile.Read(ref _scale) * _traceRps;
        set => Volatile.Write(ref _scale, value / _traceRps);
    }

    public double NextArrivalS { get; private set; }

    public TraceRequest Take(out double ttftLimitS)
    {
        var request = _requests[_next] with { ArrivalS = NextArrivalS };
        ttftLimitS = _ttftLimitS(request);
        var gapS = _next + 1 < _requests.Length
            ? _requests[_next + 1].ArrivalS - _requests[_next].ArrivalS
            : 1 / _traceRps;
        _next = (_next + 1) % _requests.Length;
        NextArrivalS += gapS / Volatile.Read(ref _scale);
        return request;
    }
}
