namespace RapidTuner.Learning.OffPolicy;

/// <summary>One estimator's answer.</summary>
/// <param name="Method">"pdwis", "dr" or "fqe".</param>
/// <param name="Support">Whether the log supports it.</param>
/// <param name="RateRps">Attained requests per second; null where support is insufficient.</param>
/// <param name="LowRps">Lower end of the interval.</param>
/// <param name="HighRps">Upper end of the interval.</param>
/// <param name="EffectiveSamples">Independent stretches of the log that carry the answer.</param>
public sealed record Estimate(string Method, Support Support, double? RateRps, double? LowRps, double? HighRps, double EffectiveSamples)
{
    /// <summary>What is said instead of a number.</summary>
    public const string InsufficientText = "insufficient support";

    internal static Estimate None(string method, double effective) => new(method, Support.Insufficient, null, null, null, effective);
}
