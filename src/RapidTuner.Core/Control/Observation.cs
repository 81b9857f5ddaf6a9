namespace RapidTuner.Core.Control;

/// <summary>
/// All that a policy may know at a step boundary: what a live engine knows. Never an unfinished request's output length
/// nor a future arrival (DESIGN §4).
/// </summary>
public readonly record struct Observation
{
    /// <summary>Engine time, seconds.</summary>
    public double NowS { get; init; }

    /// <summary>The phase that is about to launch a step.</summary>
    public Phase Launching { get; init; }

    /// <summary>Units of the device.</summary>
    public int DeviceUnits { get; init; }

    /// <summary>The split last applied.</summary>
    public Split Split { get; init; }

    /// <summary>When <see cref="Split"/> was first applied, seconds.</summary>
    public double SplitSinceS { get; init; }

    /// <summary>Limit on inter-token latency, seconds.</summary>
    public double ItlLimitS { get; init; }

    /// <summary>Requests whose prompt is not fully computed and will not be by the running step.</summary>
    public int PrefillQueued { get; init; }

    /// <summary>Prompt tokens still to be computed after the running step, over those requests.</summary>
    public long PrefillQueuedTokens { get; init; }

    /// <summary>Arrival of the longest waiting of them, seconds; NaN when none waits.</summary>
    public double PrefillOldestArrivalS { get; init; }

    /// <summary>
    /// What the next prefill step would compute at the engine's current chunk setting; empty when nothing waits. While a prefill
    /// step runs, only the first prompt of the step that follows is looked at.
    /// </summary>
    public StepWork PrefillNext { get; init; }

    /// <summary>
    /// Time left until the head of the queue misses its TTFT limit, seconds (negative: missed); +∞ when none waits or the head has its
    /// first token already (it was preempted).
    /// </summary>
    public double PrefillHeadSlackS { get; init; }

    /// <summary>True while a prefill step runs.</summary>
    public bool PrefillRunning { get; init; }

    /// <summary>The running prefill step's work; empty when none runs.</summary>
    public StepWork PrefillWork { get; init; }

    /// <summary>The running prefill step's units.</summary>
    public int PrefillUnits { get; init; }

    /// <summary>When the running prefill step started, seconds.</summary>
    public double PrefillStartedS { get; init; }

    /// <summary>Sequences whose prompt the running prefill step completes: they join decode when it ends.</summary>
    public int PrefillCompletes { get; init; }

    /// <summary>What the next decode step computes: all sequences that are in decode, those in a running step and those ready to join.</summary>
    public StepWork DecodeNext { get; init; }

    /// <summary>Sequences ready to join at the next decode launch: they have their first token.</summary>
    public int DecodeJoining { get; init; }

    /// <summary>When the first of those ready to join got its last token, seconds; NaN when none.</summary>
    public double DecodeJoiningSinceS { get; init; }

    /// <summary>When the running batch got its last tokens (end of the latest decode step), seconds; NaN when none runs.</summary>
    public double DecodeLastTokenS { get; init; }

    /// <summary>True while a decode step runs.</summary>
    public bool DecodeRunning { get; init; }

    /// <summary>The running decode step's units.</summary>
    public int DecodeUnits { get; init; }

    /// <summary>When the running decode step started, seconds.</summary>
    public double DecodeStartedS { get; init; }

    /// <summary>Duration of the latest finished decode step, seconds; 0 before the first.</summary>
    public double DecodeLatestStepS { get; init; }

    /// <summary>Duration of the latest finished prefill step, seconds; 0 before the first.</summary>
    public double PrefillLatestStepS { get; init; }

    /// <summary>Free KV blocks / all KV blocks.</summary>
    public double KvFreeShare { get; init; }
}
