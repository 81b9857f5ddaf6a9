namespace RapidTuner.Control.Exploration;

/// <summary>What was drawn.</summary>
/// <param name="Index">The candidate in force.</param>
/// <param name="Probabilities">With what probability each was to be drawn; they sum to 1.</param>
/// <param name="Explored">True when it is not the best.</param>
public readonly record struct PlanDraw(int Index, double[] Probabilities, bool Explored)
{
    /// <summary>Probability of what was drawn.</summary>
    public double Propensity => Probabilities[Index];
}
