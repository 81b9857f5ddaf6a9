using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Learning.Registry;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Http.Tuner;

/// <summary>
/// <c>GET /api/v1/curves</c>: how long steps took against the units that they held, as measured over the latest steps: a step's time per token of
/// work, alone and beside the other phase, with the 10th and 90th percentile; and the contention factor, beside / alone, where both were seen.
/// Beside it, where there is a latency model: <see cref="ChampionCurves"/>.
/// </summary>
internal static class CurvePage
{
    /// <summary>Latest steps looked at.</summary>
    private const int StepsMax = 20_000;

    /// <summary>Fewest steps of a point.</summary>
    private const int StepsMin = 5;

    /// <summary>Beside the other phase for at least this share of its time, in ten-thousandths, a step counts as beside; below the rest as alone.</summary>
    private const int BesideE4Min = 9000;

    private const int AloneE4Max = 1000;

    public static object Of(ITelemetryStore store, Palette palette, LatencyChampion? champion)
    {
        var steps = store.ReadLatest(TelemetryTables.Steps, StepsMax);
        return new
        {
            Source = "measured",
            Steps = steps.Count,
            Prefill = Phases(steps, Phase.Prefill),
            Decode = Phases(steps, Phase.Decode),
            Champion = champion is null ? null : ChampionCurves.Of(champion, palette, steps),
        };
    }

    private static object Phases(IReadOnlyList<StepRecord> steps, Phase phase)
    {
        var all = steps.Where(s => s.Phase == phase && Work(s) > 0).ToArray();
        var alone = Points(all.Where(s => s.BesideShareE4 <= AloneE4Max));
        var beside = Points(all.Where(s => s.BesideShareE4 >= BesideE4Min));
        return new
        {
            Alone = alone.Values,
            Beside = beside.Values,
            Contention = alone.Keys.Where(beside.ContainsKey).Select(u => new { Units = u, Factor = beside[u].P50S / alone[u].P50S }),
        };
    }

    /// <summary>What a step's time is divided by, so that steps of one size are compared: new prompt tokens, or 1 for decode, whose time hardly depends on the batch.</summary>
    private static double Work(StepRecord step) => step.Phase == Phase.Decode ? 1 : step.PrefillNewTokens / 1000.0;

    private static SortedDictionary<int, CurvePoint> Points(IEnumerable<StepRecord> steps)
    {
        var points = new SortedDictionary<int, CurvePoint>();
        foreach (var group in steps.GroupBy(s => s.Units))
        {
            var sorted = group.Select(s => s.DurationUs / 1e6 / Work(s)).Order().ToArray();
            if (sorted.Length >= StepsMin)
            {
                points[group.Key] = new CurvePoint(group.Key, sorted.Length, At(sorted, 0.1), At(sorted, 0.5), At(sorted, 0.9));
            }
        }

        return points;
    }

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
}
