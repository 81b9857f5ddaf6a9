namespace RapidTuner.Core.Control;

/// <summary>How fast a device prefills: what demotion and scale-free features reckon with.</summary>
public static class PrefillRate
{
    private const int ProbeTokens = 2048;

    /// <summary>Tokens per second of a prefill step of 2,048 tokens without context on <paramref name="units"/> units, alone; above 0 and finite for any finite latency.</summary>
    public static double TokensPerS(IStepLatency latency, int units)
    {
        ArgumentNullException.ThrowIfNull(latency);
        var probe = StepWork.Prefill(1, ProbeTokens, 0);
        return ProbeTokens / Math.Max(1e-6, latency.AloneS(Phase.Prefill, in probe, units));
    }
}
