namespace RapidTuner.Telemetry.Records;

/// <summary>Which loop a decision comes from (DESIGN §2).</summary>
public enum DecisionSource : byte
{
    /// <summary>The fast loop, at a step boundary.</summary>
    Engine,

    /// <summary>The slow loop: a plan.</summary>
    Plan,

    /// <summary>An operator: pin or unpin.</summary>
    Operator,
}
