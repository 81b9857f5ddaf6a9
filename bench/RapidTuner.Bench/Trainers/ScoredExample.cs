namespace RapidTuner.Bench.Trainers;

/// <summary>What ML.NET predicts for a row.</summary>
internal sealed class ScoredExample
{
    /// <summary>The prediction.</summary>
    public float Score { get; set; }
}
