using System.Globalization;
using System.Text;
using RapidTuner.Core;
using static RapidTuner.Evaluation.Analysis.Writing.SvgLines;

namespace RapidTuner.Evaluation.Analysis.Writing;

/// <summary>A report as one page that needs nothing else: no script, no network; light, dark and print.</summary>
public static class AnalysisHtml
{
    private const string Style = """
        :root{--ink:#16202c;--soft:#5a6672;--line:#d5dbe1;--paper:#fff;--a:#1f4e8c;--b:#444;--c:#777;--d:#a05a00}
        @media (prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#a3afba;--line:#3a444e;--paper:#14181c;--a:#7fb2f0;--b:#c8c8c8;--c:#9a9a9a;--d:#e0a050}}
        *{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
        main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.2rem;margin:2.4rem 0 .4rem;border-top:1px solid var(--line);padding-top:1rem}
        h3{font-size:1rem;margin:1.2rem 0 .2rem}p{max-width:46rem}.verdict{font-size:1.1rem}.soft,.none,figcaption,.tick,.axis{color:var(--soft)}.none{font-style:italic}
        figure{margin:.6rem 0 1.2rem}figure>svg{width:100%;height:auto;display:block}figcaption{font-size:.85rem}.key{white-space:nowrap;margin-left:.8rem}.key svg{width:30px;height:8px;margin-right:.3rem}
        .tick,.axis{font-size:11px;fill:var(--soft)}.grid{stroke:var(--line);stroke-width:1}.limit{stroke:var(--d);stroke-width:1.2;stroke-dasharray:4 4}
        .line{fill:none;stroke-width:1.6;vector-effect:non-scaling-stroke}.l0{stroke:var(--a)}.l1{stroke:var(--b)}.l2{stroke:var(--c)}.l3{stroke:var(--d)}
        .scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums}th,td{padding:.25rem .6rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}td{white-space:nowrap}td.text{white-space:normal;min-width:min(16rem,38vw)}
        th[scope=row]{white-space:nowrap;position:sticky;left:0;background:var(--paper)}
        .cell{text-align:right;white-space:nowrap}nav a{margin-right:.9rem;color:var(--a)}.flag{font-weight:600}
        @media (max-width:640px){.tick,.axis{font-size:21px}nav a{display:inline-block}}
        @media print{table{font-size:7.5pt}td,th,th[scope=row]{white-space:normal;padding:.1rem .3rem;position:static}td.text{min-width:0}body{font-size:11pt}main{max-width:none;padding:0}nav{display:none}h2{break-after:avoid}figure,tr{break-inside:avoid}.scroll{overflow:visible}.cell{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
        """;

    /// <summary>Writes the page.</summary>
    public static void Write(AnalysisReport report, TextWriter to)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(to);
        var chosen = report.Runs.First(r => r.Chosen).Record;
        to.Write($"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{Text(chosen.Policy)} on {Text(chosen.Device)}: analysis</title><style>{Style}</style></head><body><main>");
        to.Write($"<h1>{Text(chosen.Policy)}: {Text(chosen.Model)} on {Text(chosen.Device)}</h1><p class=\"soft\">{Text(report.Source)}; {report.SpanS:F0} s, {report.Runs.Count(r => r.Chosen)} of {report.Runs.Count} runs</p>");
        to.Write($"<p class=\"verdict\">{Text(string.Join(' ', report.Verdict.Sentences))}</p>");
        to.Write("<nav aria-label=\"Parts\"><a href=\"#time\">Over time</a><a href=\"#map\">Policy map</a><a href=\"#units\">Units</a><a href=\"#predictors\">Predictors</a><a href=\"#forecasts\">Forecasts</a><a href=\"#whatif\">What-if</a><a href=\"#regret\">Regret</a><a href=\"#reasons\">Reasons</a><a href=\"#quality\">Data</a></nav>");
        Part(to, "time", "SLO and split over time", Time(report));
        Part(to, "map", "Policy map", MapPart.Of(report));
        Part(to, "units", "Saturation curves and contention", Units(report));
        Part(to, "predictors", "Calibration of predictors", PredictorPart.Of(report));
        Part(to, "forecasts", "Forecasts", Forecasts(report));
        Part(to, "whatif", "What another policy would have done", WhatIfPart.Of(report.WhatIf) + WhatIfPart.OffPolicy(report.OffPolicy));
        Part(to, "regret", "Regret and worst decisions", WhatIfPart.Regret(report));
        Part(to, "reasons", "Reasons and guardrails", Reasons(report));
        Part(to, "quality", "Data", Quality(report));
        to.Write("</main></body></html>");
    }

    private static void Part(TextWriter to, string id, string title, string html) => to.Write($"<section id=\"{id}\"><h2>{Text(title)}</h2>{html}</section>");

    private static string Time(AnalysisReport report)
    {
        IEnumerable<(double, double)> Line(Func<TimelinePoint, double> of) => report.Timeline.Select(p => (p.FromS, of(p)));
        SvgLines Plot(string title, string description) => new() { XTitle = "seconds since the log's start", YTitle = title, Description = description };
        var slo = Plot("share of ended requests inside their SLO", "Attained share over time");
        slo.Add("attained", Line(p => p.AttainedShare));
        var rate = Plot("requests per second", "Offered rate and goodput over time");
        rate.Add("offered", Line(p => p.OfferedRps));
        rate.Add("goodput", Line(p => p.GoodputRps));
        var split = Plot("share of the units in force", "Split over time");
        split.Add("prefill", Line(p => p.PrefillShare));
        split.Add("decode", Line(p => p.DecodeShare));
        var load = Plot("prompt tokens per second", "Prompt tokens that arrived, and as forecast ten seconds before");
        load.Add("arrived", Line(p => p.PromptTokensPerS));
        load.Add("forecast 10 s before", Line(p => p.ForecastPromptTokensPerS));
        var ttft = Plot("TTFT, 90th percentile, s", "Time to first token over time");
        ttft.Add("TTFT p90", Line(p => p.TtftP90S));
        var itl = Plot("ITL, 99th percentile, s", "Inter-token latency over time");
        itl.Add("ITL p99", Line(p => p.ItlP99S));
        if (report.ItlLimitS is { } limit)
        {
            itl.Limit("SLO", limit);
        }

        var queue = Plot("prompt tokens waiting", "Prefill queue over time");
        queue.Add("tokens waiting", Line(p => p.QueuedTokens));
        return string.Concat(new[] { slo, rate, split, load, ttft, itl, queue }.Select(p => p.ToHtml()));
    }

    private static string Units(AnalysisReport report)
    {
        var html = new StringBuilder();
        foreach (var (phase, beside) in from phase in new[] { Phase.Prefill, Phase.Decode } from beside in new[] { false, true } select (phase, beside))
        {
            html.Append(Curve(report, phase, beside));
        }

        var table = new HtmlTable("phase", "work", "units", "beside", "median ms", "10 % to 90 %", "twin ms", "samples");
        foreach (var point in report.Curves.OrderByDescending(c => c.Samples).Take(24).OrderBy(c => (c.Phase, c.Work, c.Units)))
        {
            table.Row(
                point.Phase.ToString().ToLowerInvariant(), Number(point.Work), Number(point.Units), point.Beside ? "yes" : "no", Ms(point.MedianS), $"{Ms(point.LowS)} to {Ms(point.HighS)}", Ms(point.PredictedS), Number(point.Samples));
        }

        html.Append("<h3>The points with most samples</h3>").Append(table.ToHtml("No step sample is on record."));
        var shares = report.Contention.Select(c => c.PrefillShare).Distinct().Order().ToArray();
        var map = new HtmlTable(["sequences \\ prefill share beside", .. shares.Select(Percent)]);
        foreach (var row in report.Contention.GroupBy(c => (c.BatchFrom, c.BatchTo)).OrderBy(g => g.Key))
        {
            map.MapRow(Span(row.Key.BatchFrom, row.Key.BatchTo), shares.Select(s => row.FirstOrDefault(c => c.PrefillShare.Equals(s)) is { } cell
                ? (Math.Clamp((cell.Factor - 1) / 1.5, 0, 1), cell.Factor.ToString("F2", CultureInfo.InvariantCulture), $"{cell.Samples} steps")
                : ((double, string, string)?)null));
        }

        return html.Append("<h3>Contention factor of decode</h3><p class=\"soft\">Measured beside prefill over the twin's time alone, at the same units and batch.</p>").Append(map.ToHtml("No decode step ran beside prefill.")).ToString();
    }

    private static string Curve(AnalysisReport report, Phase phase, bool beside)
    {
        var name = phase == Phase.Prefill ? "prefill" : "decode";
        var how = beside ? "beside the other phase" : "alone";
        var curves = report.Curves.Where(c => c.Phase == phase && c.Beside == beside).GroupBy(c => c.Work).Where(g => g.Count() > 1).OrderByDescending(g => g.Sum(c => c.Samples)).Take(4).OrderBy(g => g.Key).ToArray();
        if (curves.Length == 0)
        {
            return $"<p class=\"none\">No kind of {name} step ran {how} on more than one number of units often enough: there is no curve.</p>";
        }

        var plot = new SvgLines { XTitle = "units", YTitle = $"{name} step {how}, median, ms", Description = $"Latency of {name} steps {how} over units, from samples" };
        foreach (var curve in curves)
        {
            plot.Add($"{curve.Key} {(phase == Phase.Prefill ? "tokens" : "sequences")}", curve.OrderBy(c => c.Units).Select(c => ((double)c.Units, c.MedianS * 1e3)));
        }

        return plot.ToHtml();
    }

    private static string Forecasts(AnalysisReport report)
    {
        var table = new HtmlTable("series", "horizon s", "method in office", "MASE", "coverage of 90 %", "forecasts");
        foreach (var f in report.Forecasts)
        {
            table.Row(f.Series, Number(f.HorizonS), f.Method, double.IsFinite(f.Mase) ? f.Mase.ToString("F2", CultureInfo.InvariantCulture) : "–", Percent(f.Coverage), Number(f.Count));
        }

        return "<p>Made again from the log's windows. MASE is the mean absolute error over that of the last value: below 1, forecasting was worth something.</p>"
            + table.ToHtml("The log has too few windows of one second.");
    }

    private static string Reasons(AnalysisReport report)
    {
        var table = new HtmlTable("reason", "loop", "decisions", "share");
        foreach (var r in report.Reasons)
        {
            table.Row(r.Reason, r.Source, Number(r.Count), Percent1(r.Share));
        }

        return table.ToHtml("No decision is on record.");
    }

    private static string Quality(AnalysisReport report)
    {
        var table = new HtmlTable("what", "how often", "what it means");
        foreach (var q in report.Quality)
        {
            table.Row(q.What, Number(q.Count), q.Consequence);
        }

        var runs = new HtmlTable("run", "engine", "device", "model", "policy", "workload", "requests", "looked at", "written by");
        foreach (var run in report.Runs)
        {
            runs.Row(Number(run.Record.Seq), run.Record.Engine, run.Record.Device, run.Record.Model, run.Record.Policy, run.Record.Workload, Number(run.Requests), run.Chosen ? "yes" : "no", run.Record.Version);
        }

        return table.ToHtml("Nothing was found wrong with the data.") + "<h3>Runs</h3>" + runs.ToHtml("");
    }

    internal static string Percent(double share) => double.IsFinite(share) ? share.ToString("P0", CultureInfo.InvariantCulture) : "–";

    internal static string Percent1(double share) => double.IsFinite(share) ? share.ToString("P1", CultureInfo.InvariantCulture) : "–";

    internal static string Signed(double share) => double.IsFinite(share) ? (Math.Round(100 * share, 1) + 0.0).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + "\u00A0%" : "–";

    internal static string Number(double value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);

    private static string Ms(double seconds) => (seconds * 1e3).ToString("G4", CultureInfo.InvariantCulture);

    internal static string Span(long from, long until) => from == until ? Short(from) : $"{Short(from)}–{Short(until)}";
}
