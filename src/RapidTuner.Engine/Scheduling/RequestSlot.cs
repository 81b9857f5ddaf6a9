using RapidTuner.Core.Samples;

namespace RapidTuner.Engine.Scheduling;

/// <summary>Everything that the scheduler knows of one request.</summary>
internal struct RequestSlot
{
    public long Id;
    public double ArrivalS;
    public double TtftLimitS;
    public double FirstScheduledS;
    public double FirstTokenS;
    public double LastTokenS;

    /// <summary>Steps that its batch had done when it joined.</summary>
    public long JoinedAtStep;

    /// <summary>Late steps that its batch had counted when its own counting began.</summary>
    public long JoinedAtLate;

    public int PromptTokens;
    public int CachedTokens;

    /// <summary>Tokens whose KV prefill must bring about: the prompt, and after a preemption what was generated too.</summary>
    public int TargetTokens;

    /// <summary>Tokens in the KV cache, cached prefix included, while in prefill.</summary>
    public int ComputedTokens;

    /// <summary>Output tokens settled; those of the current stay in a batch come on top.</summary>
    public int Generated;

    /// <summary>KV blocks held while in prefill; in decode they follow from the context.</summary>
    public int Blocks;

    public int LateGaps;
    public double SingleGapMaxS;
    public int Preemptions;

    /// <summary>Decode batch (device) that it belongs to.</summary>
    public int Batch;

    /// <summary>Neighbours in its batch's list, −1 at the ends.</summary>
    public int Prev;
    public int Next;

    public RequestState State;
    public bool CancelRequested;

    /// <summary>Tokens that prefill still has to compute.</summary>
    public readonly int RemainingTokens => TargetTokens - ComputedTokens;

    /// <summary>Tokens that it finds in the prefix cache when its prefill starts: all but at least one (DESIGN §4).</summary>
    public readonly int StartTokens => Math.Min(CachedTokens, PromptTokens - 1);

    /// <summary>A request as it arrives.</summary>
    public static RequestSlot Of(long id, in EngineRequest arrived) => new()
    {
        Id = id,
        ArrivalS = arrived.ArrivalS,
        TtftLimitS = arrived.TtftLimitS,
        FirstScheduledS = double.NaN,
        FirstTokenS = double.NaN,
        LastTokenS = double.NaN,
        PromptTokens = arrived.PromptTokens,
        CachedTokens = arrived.CachedTokens,
    };

    /// <summary>Its prefill has to begin: at arrival, and again after a preemption.</summary>
    public void Restart()
    {
        TargetTokens = PromptTokens + Generated;
        ComputedTokens = StartTokens;
        Blocks = 0;
    }

    /// <summary>How it went, for the observer.</summary>
    public readonly RequestSample ToSample(double nowS, Outcome outcome) => new()
    {
        Id = Id,
        ArrivalS = ArrivalS,
        PromptTokens = PromptTokens,
        CachedTokens = CachedTokens,
        OutputTokens = Generated,
        FirstScheduledS = FirstScheduledS,
        FirstTokenS = FirstTokenS,
        FinishS = nowS,
        TtftLimitS = TtftLimitS,
        LateGaps = LateGaps,
        SingleGapMaxS = SingleGapMaxS,
        Preemptions = Preemptions,
        Outcome = outcome,
    };
}
