using RapidTuner.Core;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Saturation;

/// <summary>
/// How a step's latency alone falls with units, and where it stops falling: the fewest units from which every larger count is within
/// 5 % of the latency at full share (DESIGN §1). For dashboards and reports.
/// </summary>
/// <param name="Phase">The step's phase.</param>
/// <param name="Work">The step.</param>
/// <param name="Points">Latencies in rising order of units, the whole device last.</param>
/// <param name="Units">The saturation point.</param>
/// <param name="LowUnits">Fewest units that it may be at, 90 %.</param>
/// <param name="HighUnits">Most units that it may be at, 90 %.</param>
public sealed record SaturationCurve(Phase Phase, StepWork Work, IReadOnlyList<CurvePoint> Points, int Units, int LowUnits, int HighUnits)
{
    /// <summary>Latency above that at full share which still counts as saturated.</summary>
    public const double Tolerance = 0.05;

    /// <summary>The curve that a latency model predicts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="phase">The step's phase.</param>
    /// <param name="work">The step.</param>
    /// <param name="units">Unit counts, rising, the whole device last.</param>
    /// <param name="curveLogError">
    /// Error of the curve's shape, a logarithm: how far t(units)/t(full) may be off. The interval is where the threshold is met by a
    /// curve so much lower or higher. Default: a tenth of the width of a step's own interval, since a step's noise is not the curve's.
    /// </param>
    public static SaturationCurve Of(LatencyModel model, Phase phase, in StepWork work, IReadOnlyList<int> units, double? curveLogError = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(units);
        ArgumentOutOfRangeException.ThrowIfZero(units.Count, nameof(units));
        var points = new CurvePoint[units.Count];
        for (var i = 0; i < points.Length; i++)
        {
            var estimate = model.Estimate(phase, in work, units[i]);
            points[i] = new CurvePoint(units[i], estimate.P50S, estimate.LowS, estimate.HighS);
        }

        var full = points[^1];
        var error = curveLogError ?? ShapeShare * Math.Log(full.HighS / full.LowS);
        return new SaturationCurve(phase, work, points, PointOf(points, 0), PointOf(points, error), PointOf(points, -error));
    }

    /// <summary>The saturation point of a falling curve given by units and seconds.</summary>
    public static int PointOf(IReadOnlyList<(int Units, double Seconds)> curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return PointOf([.. curve.Select(c => new CurvePoint(c.Units, c.Seconds, c.Seconds, c.Seconds))], 0);
    }

    /// <summary>Part of a step's interval that is taken for the error of the curve's shape. Chosen; the coverage is in docs/results/learning.md.</summary>
    private const double ShapeShare = 0.1;

    private static int PointOf(CurvePoint[] points, double slack)
    {
        var limit = points[^1].P50S * (1 + Tolerance) * Math.Exp(slack);
        var at = points.Length - 1;
        while (at > 0 && points[at - 1].P50S <= limit)
        {
            at--;
        }

        return points[at].Units;
    }
}
