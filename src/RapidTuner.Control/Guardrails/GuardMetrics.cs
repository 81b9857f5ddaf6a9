using System.Diagnostics.Metrics;
using System.Text.Json;

namespace RapidTuner.Control.Guardrails;

/// <summary>The guards' counts as metrics: <c>rapidtuner.guard.decisions</c> and <c>rapidtuner.guard.alarms</c>, by reason. Nothing is added to the hot path.</summary>
public static class GuardMetrics
{
    /// <summary>Shows the counts and alarms of <paramref name="policy"/> on <paramref name="meter"/>.</summary>
    public static void Observe(Meter meter, GuardedPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(meter);
        ArgumentNullException.ThrowIfNull(policy);
        var tags = GuardCounts.Guards
            .Select(g => (Guard: g, Tag: new KeyValuePair<string, object?>("reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(g.ToString()))))
            .ToArray();
        meter.CreateObservableCounter(
            "rapidtuner.guard.decisions",
            () => tags.Select(t => new Measurement<long>(policy.Counts[t.Guard], t.Tag)),
            unit: "{decision}",
            description: "Decisions that a guardrail changed or held, by reason.");
        meter.CreateObservableGauge(
            "rapidtuner.guard.alarms",
            () => new[] { new Measurement<int>(policy.Inert ? 1 : 0, new KeyValuePair<string, object?>("alarm", "inert")), new Measurement<int>(policy.Flapping ? 1 : 0, new KeyValuePair<string, object?>("alarm", "flapping")) },
            unit: "{alarm}",
            description: "1 while the tuner is inert or flapping.");
    }
}
