using System.Text;
using static RapidTuner.Evaluation.Analysis.Writing.AnalysisHtml;

namespace RapidTuner.Evaluation.Analysis.Writing;

/// <summary>The page's parts about what was not done.</summary>
internal static class WhatIfPart
{
    /// <summary>The what-if table.</summary>
    public static string Of(WhatIf? study)
    {
        if (study is null)
        {
            return "<p class=\"none\">Nothing was replayed; the part on data says why.</p>";
        }

        var html = new StringBuilder();
        html.Append($"<p>{study.Blocks.Count} blocks, drawn at random from {study.BlocksInLog}, replayed through the twin of this device and model, corrected by this log's steps (prefill × {study.PrefillFactor:F3}, decode × {study.DecodeFactor:F3}), under the limits of tier {SvgLines.Text(study.Tier)}{(study.TierMatches ? "" : ", which are not those of the log")}. Intervals are over blocks.</p>");
        html.Append(study.TwinMinusLog is { } gap
            ? $"<p{(study.Disagrees ? " class=\"flag\"" : "")}>The logged policy itself attains {Signed(gap.Mean)} (from {Signed(gap.Low)} to {Signed(gap.High)}) more in the twin than it did{(study.Disagrees ? ": the twin disagrees with the log, and what it says of others is in doubt" : "")}.</p>"
            : "<p class=\"flag\">Whether the twin agrees with the log is not known: too few blocks, or a policy that cannot be replayed.</p>");
        var table = new HtmlTable("policy", "attained", "95 % interval", $"against {study.LoggedPolicy}", "95 % interval");
        foreach (var row in study.Rows)
        {
            table.Row(
                row.Policy, Percent1(row.Attainment), row.Low is { } low ? $"{Percent1(low)} to {Percent1(row.High!.Value)}" : "–",
                row.Difference is { } d ? Signed(d.Mean) : "–", row.Difference is { } i ? $"{Signed(i.Low)} to {Signed(i.High)}" : "–");
        }

        return html.Append(table.ToHtml("")).ToString();
    }

    /// <summary>Regret in time, and the worst decisions.</summary>
    public static string Regret(AnalysisReport report)
    {
        var html = new StringBuilder();
        if (report.WhatIf is { } study && study.Blocks.Any(b => b.Regret is not null))
        {
            var plot = new SvgLines
            {
                XTitle = "seconds since the log's start",
                YTitle = "attained share that the best policy of each block gains over the logged one, in the twin",
                Description = "Regret over time",
            };
            plot.Add("regret", study.Blocks.Select(b => (b.FromS, b.Regret ?? double.NaN)));
            html.Append(plot.ToHtml());
            var table = new HtmlTable("from s", "requests", "as it was", "regret", "best there");
            foreach (var block in study.Blocks.OrderByDescending(b => b.Regret).Take(10))
            {
                table.Row(Number(block.FromS), Number(block.Requests), Percent(block.Logged), Signed(block.Regret ?? double.NaN), block.Best);
            }

            html.Append(table.ToHtml(""));
        }
        else
        {
            html.Append("<p class=\"none\">No regret can be told: the logged policy was not replayed.</p>");
        }

        html.Append("<h3>Decisions with most misses after them</h3>");
        var worst = new HtmlTable("at s", "decision", "missed", "what was seen and done");
        foreach (var decision in report.WorstDecisions)
        {
            worst.Row(Number(decision.AtS), Number(decision.Seq), Number(decision.Missed), decision.Explanation);
        }

        return html.Append(worst.ToHtml("No request missed its SLO while a decision was on record.")).ToString();
    }
}
