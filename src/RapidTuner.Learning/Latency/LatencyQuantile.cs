namespace RapidTuner.Learning.Latency;

/// <summary>Which quantile of a step's time is asked for.</summary>
public enum LatencyQuantile : byte
{
    /// <summary>As many steps are faster as slower.</summary>
    Median,

    /// <summary>The calibrated bound that 95 % of steps stay within.</summary>
    Upper,
}
