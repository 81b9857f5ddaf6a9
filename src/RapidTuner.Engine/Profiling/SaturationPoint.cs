using RapidTuner.Core.Numerics;

namespace RapidTuner.Engine.Profiling;

/// <summary>The saturation point of a measured curve (DESIGN §1): the fewest units from which every larger count is within 5 % of the latency at full share.</summary>
public static class SaturationPoint
{
    /// <summary>Latency above that at full share which still counts as saturated.</summary>
    public const double Tolerance = 0.05;

    /// <summary>The saturation point of an isotonic fit of medians.</summary>
    /// <param name="curve">Units and median latency, seconds, in rising order of units; the last is the whole device.</param>
    public static int Of(IReadOnlyList<(int Units, double MedianS)> curve)
    {
        ArgumentOutOfRangeException.ThrowIfZero(curve.Count, nameof(curve));
        var fit = IsotonicCurve.Falling([.. curve.Select(p => p.MedianS)]);
        var at = fit.Length - 1;
        while (at > 0 && fit[at - 1] <= fit[^1] * (1 + Tolerance))
        {
            at--;
        }

        return curve[at].Units;
    }
}
