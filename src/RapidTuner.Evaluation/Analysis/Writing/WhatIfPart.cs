using System.Text;
using RapidTuner.Learning.OffPolicy;
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
        html.Append($"<p>{(study.Whole ? $"The whole log, {study.Blocks.Count} blocks with requests, in one piece" : $"{study.Blocks.Count} blocks, drawn at random from {study.BlocksInLog}, each after a block that is not scored")}, replayed through the twin of this device and model, corrected by this log's steps (prefill × {study.PrefillFactor:F3}, decode × {study.DecodeFactor:F3}), under the limits of tier {SvgLines.Text(study.Tier)}{(study.TierMatches ? "" : ", which are not those of the log")}. Intervals are over blocks.</p>");
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

    /// <summary>Off-policy estimates beside it.</summary>
    public static string OffPolicy(OffPolicyPart part)
    {
        var html = new StringBuilder("<h3>From the log alone</h3>");
        html.Append(part.Plans == 0
            ? "<p class=\"flag\">Insufficient support: the log holds no plans, so nothing can be said of any policy without the twin.</p>"
            : $"<p>Off-policy estimates from the latest {part.Plans:N0} plans, under which {(part.LoggedAttainment is { } share ? Percent1(share) : "none")} of the requests settled inside their SLO{(part.Deterministic ? "; chance had no part in them, so the log supports no weighting and a fitted model alone speaks" : "")}. 90 % intervals; an estimate disagrees when, against the logged policy, it lies outside the what-if.</p>");
        var table = new HtmlTable("policy", "method", "attained", "90 % interval", "support", "effective sample", "and the twin");
        foreach (var row in part.Rows.Where(_ => part.Plans > 0))
        {
            var said = row.Attainment is not null;
            table.Row(
                row.Policy, row.Method.Length == 0 ? "–" : row.Method, said ? Percent1(row.Attainment!.Value) : "insufficient support", said ? $"{Percent1(row.Low!.Value)} to {Percent1(row.High!.Value)}" : "–",
                row.Support switch { Support.Supported => "supported", Support.ModelOnly => "a fitted model alone", _ => row.Method.Length == 0 ? "no logged plan knows it" : "too little of it in the log" },
                Number(row.EffectiveSamples), row.Disagrees switch { true => "disagrees", false => "agrees", _ => "–" });
        }

        return html.Append(part.Plans == 0 ? "" : table.ToHtml("")).ToString();
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
                YTitle = study.Rows.Any(r => r.Policy == Control.Policies.PolicyNames.Oracle) ? "attained share that oracle, which knows the future, gains over the logged policy, in the twin" : "attained share that the best policy of each block gains over the logged one, in the twin",
                Description = "Regret over time",
            };
            plot.Add("regret", study.Blocks.Select(b => (b.FromS, b.Regret ?? double.NaN)));
            if (study.Regret is { } mean)
            {
                html.Append($"<p>Over the requests of these blocks: {Signed(mean.Mean)}, 95 % interval {Signed(mean.Low)} to {Signed(mean.High)}.</p>");
            }

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
