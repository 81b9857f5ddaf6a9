namespace RapidTuner.Core;

/// <summary>What a step computes.</summary>
public enum Phase : byte
{
    /// <summary>New prompt tokens; compute-bound.</summary>
    Prefill,

    /// <summary>One token for every running sequence; bandwidth-bound.</summary>
    Decode,

    /// <summary>Both fused into one step on all units (engine mode hybrid).</summary>
    Hybrid,
}
