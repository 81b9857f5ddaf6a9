using RapidTuner.Core;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Saturation;

/// <summary>Latency beside the other phase over latency alone at the same units (DESIGN §1).</summary>
/// <param name="Factor">Median.</param>
/// <param name="Low">Lower end of its 90 % interval.</param>
/// <param name="High">Upper end of its 90 % interval.</param>
public readonly record struct ContentionFactor(double Factor, double Low, double High)
{
    /// <summary>Part of a step's interval that is taken for the error of a ratio of two medians. Chosen; the coverage is in docs/results/learning.md.</summary>
    private const double RatioShare = 0.6;

    /// <summary>The factor that a latency model predicts.</summary>
    public static ContentionFactor Of(LatencyModel model, Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits)
    {
        ArgumentNullException.ThrowIfNull(model);
        var together = model.Estimate(phase, in work, units, in beside, besideUnits);
        var factor = together.P50S / model.Estimate(phase, in work, units).P50S;
        return new ContentionFactor(
            factor, factor * Math.Pow(together.LowS / together.P50S, RatioShare), factor * Math.Pow(together.HighS / together.P50S, RatioShare));
    }
}
