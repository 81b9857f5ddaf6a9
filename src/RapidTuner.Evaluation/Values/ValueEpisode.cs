using RapidTuner.Core.Control;
using RapidTuner.Telemetry.Plans;

namespace RapidTuner.Evaluation.Values;

/// <summary>The plans of one run, and what makes their states and rewards free of scale.</summary>
public sealed record ValueEpisode
{
    /// <summary>The plans, by time.</summary>
    public required IReadOnlyList<PlanStep> Steps { get; init; }

    /// <summary>Mean rate of arrivals over the run, requests per second, over 0: rewards are counted in seconds of it.</summary>
    public required double RequestsPerS { get; init; }

    /// <summary>What steps of this model take on this device.</summary>
    public required IStepLatency Latency { get; init; }

    /// <summary>The device's units.</summary>
    public required int Units { get; init; }
}
