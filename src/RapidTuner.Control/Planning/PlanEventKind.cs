namespace RapidTuner.Control.Planning;

/// <summary>Kinds of <see cref="PlanEvent"/>.</summary>
internal enum PlanEventKind
{
    /// <summary>A request was taken into the queue.</summary>
    Taken,

    /// <summary>A request got its first token.</summary>
    FirstToken,

    /// <summary>A decode step ended.</summary>
    DecodeStep,

    /// <summary>A request ended.</summary>
    Ended,
}
