using System.Text;
using static RapidTuner.Evaluation.Analysis.Writing.AnalysisHtml;

namespace RapidTuner.Evaluation.Analysis.Writing;

/// <summary>The page's part on how well steps were predicted.</summary>
internal static class PredictorPart
{
    /// <summary>The part.</summary>
    public static string Of(AnalysisReport report)
    {
        var html = new StringBuilder(Reliability(report.Predictors));
        foreach (var predictor in report.Predictors.GroupBy(p => p.Predictor))
        {
            var plot = new SvgLines { XTitle = "seconds since the log's start", YTitle = $"{predictor.Key}: median absolute error of a step, %", Description = $"Error of {predictor.Key} over time" };
            foreach (var phase in predictor.GroupBy(p => p.Phase))
            {
                plot.Add(phase.Key, phase.Select(p => (p.FromS, 100 * p.MedianApe)));
            }

            html.Append(plot.ToHtml());
        }

        var table = new HtmlTable("predictor", "phase", "from s", "bias", "median error", "90th percentile", "residuals, 5 % to 95 %", "in 90 % interval", "steps");
        foreach (var p in report.Predictors)
        {
            table.Row(p.Predictor, p.Phase, Number(p.FromS), Signed(p.Bias), Percent1(p.MedianApe), Percent1(p.P90Ape), $"{Signed(p.LowRatio - 1)} to {Signed(p.HighRatio - 1)}", p.Coverage is { } c ? Percent(c) : "–", Number(p.Samples));
        }

        return html.Append("<h3>Stretch by stretch</h3>").Append(table.ToHtml("No step sample is on record.")).ToString();
    }

    private static string Reliability(IReadOnlyList<PredictorScore> scores)
    {
        var table = new HtmlTable("predictor", "phase", "below its median (50 %)", "in its interval (90 %)", "at most its p95 (95 %)", "bias, first stretch", "bias, last stretch", "steps");
        foreach (var group in scores.GroupBy(s => (s.Predictor, s.Phase)))
        {
            var steps = group.Sum(s => s.Samples);
            string Mean(Func<PredictorScore, double?> of) => group.All(s => of(s) is not null) ? Percent1(group.Sum(s => of(s)!.Value * s.Samples) / steps) : "–";
            table.Row(group.Key.Predictor, group.Key.Phase, Mean(s => s.BelowMedian), Mean(s => s.Coverage), Mean(s => s.BelowP95), Signed(group.First().Bias), Signed(group.Last().Bias), Number(steps));
        }

        return "<h3>Reliability</h3><p>What a predictor promises stands in the head; a bias that moves from the first stretch of time to the last is drift.</p>" + table.ToHtml("No step sample is on record.");
    }
}
