namespace RapidTuner.Core.Samples;

/// <summary>How a request ended.</summary>
public enum Outcome : byte
{
    /// <summary>All tokens were produced.</summary>
    Finished,

    /// <summary>Longer than the model's context or the engine's whole KV: refused on arrival, excluded from attainment.</summary>
    RejectedSize,

    /// <summary>The queue was full: refused on arrival, not attained.</summary>
    RejectedLoad,

    /// <summary>Cancelled by its client.</summary>
    Cancelled,

    /// <summary>Still unfinished when the run ended.</summary>
    Unfinished,
}
