using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Evaluation.Workloads.Transforms;

namespace RapidTuner.Evaluation.Replay;

/// <summary>
/// Makes the loads of a replay from its trace: scaled, repeated, resampled, in this order (COMPARISON §1). A function of seed and
/// rate alone, so that every policy of a seed meets the same requests.
/// </summary>
internal sealed class LoadFactory(Trace trace, SloLimits limits, ReplayOptions options)
{
    /// <summary>Warm-up of a run of the search for max_goodput, seconds.</summary>
    public const double SearchWarmupS = 60;

    // Where stretching leaves too short a span, the next attempt repeats this much further.
    private const double Longer = 1.25;

    /// <summary>The trace as it is, or, with several seeds, resampled; arrival times divided by the rate scale and by <paramref name="devices"/>.</summary>
    public Load AsIs(ulong seed, int devices)
    {
        var scaled = RateScale.Apply(Arrived(seed), options.RateScale * devices);
        return new Load(Resampled(scaled, seed).Requests, limits, 0);
    }

    /// <summary>
    /// A load for the search: its scored requests arrive at exactly <paramref name="rateRps"/> and the whole spans at least 600 s,
    /// 60 s of warm-up included. What warm-up, repetition and resampling leave of the trace has another mean rate than the whole; the scored
    /// part is stretched by that ratio, so that a point of the grid is the offered rate.
    /// </summary>
    public Load AtRate(ulong seed, double rateRps)
    {
        var arrived = Arrived(seed);
        var scaled = FromZero(RateScale.Apply(arrived, rateRps * arrived.SpanS / arrived.Requests.Length));
        for (var spanS = TraceRepetition.SpanMinS; ; spanS *= Longer)
        {
            var requests = FromZero(Resampled(TraceRepetition.Apply(scaled, seed, spanS), seed)).Requests;
            if (Stretched(requests, rateRps) is { } stretched && stretched[^1].ArrivalS >= TraceRepetition.SpanMinS)
            {
                return new Load(stretched, limits, SearchWarmupS);
            }
        }
    }

    private static TraceRequest[]? Stretched(TraceRequest[] requests, double rateRps)
    {
        var scored = requests.Count(r => r.ArrivalS >= SearchWarmupS);
        var spanS = requests[^1].ArrivalS - SearchWarmupS;
        if (scored < 2 || spanS <= 0)
        {
            return null;
        }

        var by = scored / rateRps / spanS;
        return Array.ConvertAll(requests, r => r.ArrivalS < SearchWarmupS ? r : r with { ArrivalS = SearchWarmupS + ((r.ArrivalS - SearchWarmupS) * by) });
    }

    private static Trace FromZero(Trace trace)
    {
        var startS = trace.Requests[0].ArrivalS;
        return startS.Equals(0.0) ? trace : trace with { Requests = Array.ConvertAll(trace.Requests, r => r with { ArrivalS = r.ArrivalS - startS }) };
    }

    private Trace Arrived(ulong seed) => options.Arrivals == ArrivalMode.Spread ? ArrivalSpread.Apply(trace, seed) : trace;

    private Trace Resampled(Trace wanted, ulong seed) => options.Seeds > 1 ? TraceResampling.Apply(wanted, seed) : wanted;
}
