namespace RapidTuner.Core.Control;

/// <summary>How soon an engine can bring a decision into force (DESIGN §4).</summary>
public enum ApplyKind : byte
{
    /// <summary>At the next step boundary: the engine runs in process.</summary>
    Step,

    /// <summary>About once a second, through an endpoint.</summary>
    Second,

    /// <summary>By a restart: the engine reads its table when it starts.</summary>
    Restart,
}
