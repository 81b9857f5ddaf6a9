using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Transforms;

/// <summary>What is done to a trace before it is run, in COMPARISON's order: window, limit, (spread,) scale, repeat, resample.</summary>
/// <remarks>
/// Spreading stands after window and limit so that every seed has the same requests, and before scaling because it is about
/// the source's clock.
/// </remarks>
public sealed record TracePlan
{
    /// <summary>Part of the trace; default all of it.</summary>
    public TraceWindow Window { get; init; } = TraceWindow.Whole;

    /// <summary>Most requests, ≥ 1; null (default): all.</summary>
    public int? Limit { get; init; }

    /// <summary>What becomes of coarse time stamps; default spread.</summary>
    public ArrivalMode Arrivals { get; init; } = ArrivalMode.Spread;

    /// <summary>Factor of the rate, &gt; 0; default 1.</summary>
    public double RateScale { get; init; } = 1;

    /// <summary>Repeat to at least this span, seconds; 0 (default) does not.</summary>
    public double RepeatToS { get; init; }

    /// <summary>Resample in moving blocks, as with <c>--seeds</c> above 1; default no.</summary>
    public bool Resample { get; init; }

    /// <summary>The trace as it is to be run under <paramref name="seed"/>.</summary>
    public Trace Apply(Trace trace, ulong seed)
    {
        trace = Window.Of(trace);
        trace = Limit is { } limit ? RequestLimit.Apply(trace, limit) : trace;
        trace = Arrivals == ArrivalMode.Spread ? ArrivalSpread.Apply(trace, seed) : trace;
        trace = Transforms.RateScale.Apply(trace, RateScale);
        trace = RepeatToS > 0 ? TraceRepetition.Apply(trace, seed, RepeatToS) : trace;
        return Resample ? TraceResampling.Apply(trace, seed) : trace;
    }
}
