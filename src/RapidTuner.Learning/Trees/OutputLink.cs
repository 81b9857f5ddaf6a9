namespace RapidTuner.Learning.Trees;

/// <summary>What turns the sum of the trees into a prediction.</summary>
public enum OutputLink
{
    /// <summary>The sum itself.</summary>
    Identity = 0,

    /// <summary>e to the sum: trees that were trained on the target's logarithm.</summary>
    Exp = 1,
}
