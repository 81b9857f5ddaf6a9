namespace RapidTuner.Engine;

/// <summary>How an engine runs the two phases.</summary>
public enum EngineMode : byte
{
    /// <summary>Two concurrent streams on one device, each on its share of the units.</summary>
    Split,

    /// <summary>One stream on all units: decode and a prefill chunk fused into each step (vLLM, Sarathi-Serve).</summary>
    Hybrid,

    /// <summary>Prefill and decode on devices of their own, KV sent over their link.</summary>
    Disaggregated,
}
