using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Engine;

/// <summary>An engine's state at one instant.</summary>
public sealed record EngineSnapshot
{
    /// <summary>Engine time, seconds since its start.</summary>
    public double NowS { get; init; }

    /// <summary>The split in force.</summary>
    public Split Split { get; init; }

    /// <summary>The split that an operator holds; null when the policy decides.</summary>
    public Split? Pinned { get; init; }

    /// <summary>Why the split in force was chosen.</summary>
    public Reason Reason { get; init; }

    /// <summary>Requests waiting for prefill.</summary>
    public int PrefillQueued { get; init; }

    /// <summary>Prompt tokens waiting for prefill.</summary>
    public long PrefillQueuedTokens { get; init; }

    /// <summary>Sequences in decode.</summary>
    public int DecodeSequences { get; init; }

    /// <summary>Free KV blocks / all.</summary>
    public double KvFreeShare { get; init; } = 1;

    /// <summary>Requests in flight.</summary>
    public int InFlight { get; init; }

    /// <summary>Requests submitted so far, refused ones included.</summary>
    public long Requests { get; init; }

    /// <summary>Steps finished.</summary>
    public long Steps { get; init; }

    /// <summary>Splits that took effect.</summary>
    public long Switches { get; init; }

    /// <summary>Preemptions by recompute.</summary>
    public long Preemptions { get; init; }

    /// <summary>Why the engine stopped by itself; null while it runs.</summary>
    public string? Fault { get; init; }
}
