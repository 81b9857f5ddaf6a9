using RapidTuner.Core.Numerics;

namespace RapidTuner.Control.Profiles;

/// <summary>What a measurement adds to a true latency: a lognormal factor of median 1.</summary>
/// <param name="rng">Stream of its own, so that adding a sample elsewhere moves nothing here.</param>
/// <param name="deviation">Standard deviation of the factor's logarithm, 0 or more.</param>
internal sealed class ProfileNoise(Rng rng, double deviation)
{
    /// <summary>One measured latency, seconds; never below 1 ns, so that ratios of samples exist.</summary>
    public double Of(double latencyS) => Math.Max(1e-9, latencyS * Math.Exp(deviation * rng.NextGaussian()));
}
