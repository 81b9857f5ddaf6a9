using RapidTuner.Core;

namespace RapidTuner.Engine.Profiling;

/// <summary>What a profile's rows say: curves with their saturation points, contention factors, clocks alone and together.</summary>
public sealed record ProfileSummary
{
    /// <summary>Name of the device.</summary>
    public required string Device { get; init; }

    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Units of the device.</summary>
    public required int Units { get; init; }

    /// <summary>Curves over the units, one a kind of step.</summary>
    public required IReadOnlyList<ProfileCurve> Curves { get; init; }

    /// <summary>Contention factors of every point that was measured alone as well.</summary>
    public required IReadOnlyList<ProfileContention> Contention { get; init; }

    /// <summary>Mean clock while one phase ran alone, Hz; NaN where unknown.</summary>
    public required double ClockAloneHz { get; init; }

    /// <summary>Mean clock while both ran, Hz; NaN where unknown.</summary>
    public required double ClockTogetherHz { get; init; }

    /// <summary>Rows during which the device held its clock down.</summary>
    public required int Throttled { get; init; }

    /// <summary>Rows in all.</summary>
    public required int Rows { get; init; }

    /// <summary>Points of the plan that were not measured.</summary>
    public required int Missing { get; init; }

    /// <summary>Facts beside the table: name with unit, value.</summary>
    public required IReadOnlyDictionary<string, double> Facts { get; init; }

    /// <summary>Summarises rows.</summary>
    public static ProfileSummary Of(IStepMeter meter, IReadOnlyList<ProfileRow> rows, int missing, IReadOnlyDictionary<string, double> facts)
    {
        var alone = rows.Where(r => r.Point.Beside is null).ToArray();
        var medians = alone.GroupBy(r => r.Point.Step).ToDictionary(g => g.Key, g => g.Last().Measured.MedianS);
        var curves = medians.GroupBy(m => (m.Key.Phase, m.Key.BatchSeqs, m.Key.SeqLenTokens))
            .OrderBy(g => g.Key)
            .Select(g => Curve(meter, g.Key.Phase, g.Key.BatchSeqs, g.Key.SeqLenTokens, [.. g.Select(m => (m.Key.Units, m.Value)).OrderBy(p => p.Units)]));
        var together = rows.Where(r => r.Point.Beside is not null).ToArray();
        var contention = together.Where(r => medians.ContainsKey(r.Point.Step)).Select(r => new ProfileContention(
            r.Point, r.Measured.MedianS / medians[r.Point.Step], r.Point.Step.Units + r.Point.Beside!.Value.Units > meter.Units));
        return new ProfileSummary
        {
            Device = meter.Device,
            Model = meter.Model,
            Units = meter.Units,
            Curves = [.. curves],
            Contention = [.. contention],
            ClockAloneHz = Mean(alone),
            ClockTogetherHz = Mean(together),
            Throttled = rows.Count(r => r.Measured.Throttled),
            Rows = rows.Count,
            Missing = missing,
            Facts = facts,
        };
    }

    private static ProfileCurve Curve(IStepMeter meter, Phase phase, int batch, int length, IReadOnlyList<(int Units, double MedianS)> points)
    {
        var full = points[^1].Units == meter.Units ? points[^1].MedianS : (double?)null;
        var half = points.MinBy(p => Math.Abs((2 * p.Units) - meter.Units));
        return new ProfileCurve(
            phase, batch, length, points, full is null ? null : SaturationPoint.Of(points), full is { } f && half.Units < meter.Units ? half.MedianS / f : null);
    }

    private static double Mean(ProfileRow[] rows) => rows.Select(r => r.Measured.ClockHz).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}
