namespace RapidTuner.Learning.Trees.Training;

/// <summary>What a fit makes small.</summary>
public enum LossKind
{
    /// <summary>Squared error of the target's logarithm: a relative error, for targets above 0.</summary>
    LogSquared,

    /// <summary>Squared error.</summary>
    Squared,

    /// <summary>Pinball loss of a quantile.</summary>
    Quantile,
}
