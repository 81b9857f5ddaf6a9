using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Planning;

/// <summary>Something that a planner wants to hear of, on its way from the engine's thread.</summary>
internal struct PlanEvent
{
    /// <summary>What happened.</summary>
    public PlanEventKind Kind;

    /// <summary>When, engine seconds.</summary>
    public double NowS;

    /// <summary>Number of the request.</summary>
    public long Id;

    /// <summary>Its prompt tokens.</summary>
    public int PromptTokens;

    /// <summary>Those in the prefix cache.</summary>
    public int CachedTokens;

    /// <summary>Its limit on the time to first token, seconds.</summary>
    public double TtftLimitS;

    /// <summary>The request as it went, where it ended.</summary>
    public RequestSample Ended;
}
