using RapidTuner.Control.Policies;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Search;
using RapidTuner.Evaluation.Statistics;

namespace RapidTuner.Evaluation.Reports;

/// <summary>Turns results into rows: sums and pools over seeds, rates per device, intervals paired with a baseline.</summary>
internal static class RowWriter
{
    /// <summary>The rows as reported.</summary>
    public static IReadOnlyList<PolicyRow> Write(IReadOnlyList<RowResult> results)
    {
        var baseline = results.FirstOrDefault(r => r.Name.Equals(PolicyNames.StaticBest, StringComparison.OrdinalIgnoreCase)) ?? results[0];
        return [.. results.Select(r => Row(r, baseline))];
    }

    private static PolicyRow Row(RowResult result, RowResult baseline)
    {
        var runs = result.Runs;
        var requests = runs.Sum(r => (long)r.Load.Scored);
        var attained = runs.Sum(r => r.Tally.Attained);
        var gapS = new WeightedValues();
        foreach (var run in runs)
        {
            gapS.Add(run.Tally.GapS);
        }

        var decideS = runs.SelectMany(r => r.DecideS).Order().ToArray();
        return new PolicyRow
        {
            Name = result.Name,
            Chosen = result.Chosen,
            Requests = requests,
            Attained = attained,
            Attainment = requests == 0 ? null : (double)attained / requests,
            AttainmentTpot = requests == 0 ? null : (double)runs.Sum(r => r.Tally.AttainedTpot) / requests,
            OfferedRps = PerDevice(result, r => r.Load.OfferedRps),
            GoodputRps = PerDevice(result, r => r.GoodputRps),
            MaxGoodputRps = MaxGoodput(result, Goal.P99At90),
            MaxGoodput99Rps = MaxGoodput(result, Goal.P99At99),
            MaxGoodputTpotRps = MaxGoodput(result, Goal.TpotAt90),
            MaxGoodputMonotone = result.Points.Count == 0 ? null : result.Points.All(p => p[(int)Goal.P99At90].Monotone),
            ThroughputTokS = PerDevice(result, r => r.ThroughputTokS),
            Devices = result.Setting.Devices,
            TtftS = NearestRank.Percentiles(runs.SelectMany(r => r.Tally.TtftS).ToArray()),
            ItlS = gapS.Percentiles(),
            Switches = runs.Sum(r => r.Switches),
            Rejected = runs.Sum(r => r.Tally.Rejected),
            Ci = Intervals(result, baseline),
            DecideS = new DecideTimes(NearestRank.Of(decideS, 50), NearestRank.Of(decideS, 99)),
            WallS = runs.Sum(r => r.WallS),
        };
    }

    private static RowIntervals Intervals(RowResult result, RowResult baseline)
    {
        if (result.Runs.Count < 2)
        {
            return new RowIntervals();
        }

        var searched = result.Points.Count > 0;
        return new RowIntervals
        {
            Attainment = PairedBootstrap.OfMean([.. result.Runs.Select(r => r.Attainment ?? 0)]),
            GoodputRps = PairedBootstrap.OfMean(Goodputs(result)),
            MaxGoodputRps = searched ? PairedBootstrap.OfMean(MaxGoodputs(result, Goal.P99At90)) : null,
            Baseline = baseline.Name,
            Ratio = searched
                ? PairedBootstrap.OfRatio(MaxGoodputs(result, Goal.P99At90), MaxGoodputs(baseline, Goal.P99At90))
                : PairedBootstrap.OfRatio(Goodputs(result), Goodputs(baseline)),
        };
    }

    private static double[] Goodputs(RowResult result) => [.. result.Runs.Select(r => (r.GoodputRps ?? 0) / result.Setting.Devices)];

    private static double[] MaxGoodputs(RowResult result, Goal goal) => [.. result.Points.Select(p => p[(int)goal].RateRps)];

    private static double? MaxGoodput(RowResult result, Goal goal) => result.Points.Count == 0 || result.Points[0].Length <= (int)goal ? null : MaxGoodputs(result, goal).Average();

    private static double? PerDevice(RowResult result, Func<RunResult, double?> rate)
    {
        var values = result.Runs.Select(rate).ToArray();
        return values.Any(v => v is null) ? null : values.Average() / result.Setting.Devices;
    }
}
