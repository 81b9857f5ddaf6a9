using System.Globalization;
using System.Net;
using System.Text;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;
using RapidTuner.Http.Tuner;
using RapidTuner.Serving;
using RapidTuner.Serving.Live;

namespace RapidTuner.Http.Pages;

/// <summary>
/// The page at <c>/</c> of a program that was built without Node: the same figures, drawn on the server, loaded anew every five seconds. Where keys
/// are on it shows a log-in instead until there is one.
/// </summary>
/// <param name="engine">What is shown.</param>
/// <param name="figures">Its counts.</param>
/// <param name="history">The latest minutes.</param>
/// <param name="plan">The plan in force.</param>
internal sealed class StatusPage(IEngine engine, LiveFigures figures, LiveHistory history, PlanPage plan)
{
    public const string StylePath = "/status.css";
    public const string ScriptPath = "/status.js";

    public const string Style = """
        :root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:auto;padding:1rem}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8886;vertical-align:top}th{font-weight:500}
        svg{width:100%;height:80px;display:block}.prefill{stroke:#2f7fd6}.decode{stroke:#cf6a1e}.limit{stroke:#d0404c;stroke-dasharray:6 4}
        polyline,line{fill:none;stroke-width:2;vector-effect:non-scaling-stroke}.good{color:#23803f}.bad{color:#c8303c}figure{margin:1rem 0}
        @media(prefers-color-scheme:dark){.good{color:#5fce86}.bad{color:#ff808a}}
        """;

    /// <summary>Sends the log-in as JSON, which no form can.</summary>
    public const string Script = """
        document.getElementById("login")?.addEventListener("submit", async (event) => {
          event.preventDefault();
          const reply = await fetch("/api/v1/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ key: document.getElementById("key").value }) });
          if (reply.ok) { location.reload(); } else { document.getElementById("problem").textContent = (await reply.json()).detail; }
        });
        """;

    /// <summary>The log-in.</summary>
    public static string Login() => Page("", $"""
        <form id="login"><p><label for="key">API key</label> <input id="key" type="password" autocomplete="current-password" required autofocus> <button>Log in</button></p>
        <p id="problem" role="alert"></p></form><script src="{ScriptPath}"></script>
        """);

    /// <summary>The figures as they stand.</summary>
    public string Text()
    {
        var (what, now) = (engine.Description, engine.Snapshot);
        var points = history.Latest(LiveHistory.PointsMax);
        var ended = points.TakeLast(300).Sum(p => p.Ended);
        var attained = points.TakeLast(300).Sum(p => p.Attained);
        var inside = ended == 0 ? null : (double?)attained / ended;
        var rows = new StringBuilder();
        Row(rows, "Inside the SLO (5 min)", inside is null ? "no requests" : $"<strong class=\"{(inside >= 0.99 ? "good" : "bad")}\">{inside:P1}</strong> of {ended} requests");
        Row(rows, "Split", $"prefill {now.Split.PrefillUnits}, decode {now.Split.DecodeUnits} of {what.DeviceUnits} units{(now.Pinned is null ? "" : ", held by an operator")}");
        Row(rows, "Why", $"{DecisionPage.Name(now.Reason).Replace('_', ' ')} (policy {WebUtility.HtmlEncode(what.Policy)})");
        Row(rows, "Plan", WebUtility.HtmlEncode(plan.PlanInWords()));
        Row(rows, "Latest minute", WebUtility.HtmlEncode(plan.MinuteInWords()));
        Row(rows, "TTFT", $"p50 {Seconds(figures.TtftS.Quantile(now.NowS, 0.5))}, p99 {Seconds(figures.TtftS.Quantile(now.NowS, 0.99))}; floor of the limit {Seconds(what.Slo.TtftFloorS)}");
        Row(rows, "ITL", $"p50 {Seconds(figures.ItlS.Quantile(now.NowS, 0.5))}, p99 {Seconds(figures.ItlS.Quantile(now.NowS, 0.99))}; limit {Seconds(what.Slo.ItlS)}");
        Row(rows, "Queues", $"{now.PrefillQueued} waiting for prefill ({now.PrefillQueuedTokens} tokens), {now.DecodeSequences} in decode, KV {1 - now.KvFreeShare:P0} used");
        Row(rows, "Requests", $"{figures.Ended(Outcome.Finished)} finished, {figures.Attained} inside the SLO, {figures.Ended(Outcome.RejectedLoad)} refused, {figures.Ended(Outcome.Cancelled)} cancelled");
        if (now.Fault is { } fault)
        {
            Row(rows, "Fault", $"<strong class=\"bad\">{WebUtility.HtmlEncode(fault)}</strong>");
        }

        return Page("<meta http-equiv=\"refresh\" content=\"5\">", $"""
            <p>{WebUtility.HtmlEncode(what.Model)} on {WebUtility.HtmlEncode(what.Device)} ({what.Kind}), up {TimeSpan.FromSeconds((long)now.NowS)}</p>
            <table>{rows}</table>
            {Lines("Split, units", what.DeviceUnits, null, ("prefill", points.Select(p => (double?)p.PrefillUnits)), ("decode", points.Select(p => (double?)p.DecodeUnits)))}
            {Lines("TTFT p99, against the floor of its limit", null, what.Slo.TtftFloorS, ("prefill", points.Select(p => p.TtftSP99)))}
            {Lines("ITL p99, against its limit", null, what.Slo.ItlS, ("decode", points.Select(p => p.ItlSP99)))}
            {Lines("Waiting for prefill and in decode", null, null, ("prefill", points.Select(p => (double?)p.Queued)), ("decode", points.Select(p => (double?)p.DecodeSequences)))}
            """);
    }

    private static string Page(string head, string body) => $"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>RapidTuner</title>{head}<link rel="icon" href="data:,"><link rel="stylesheet" href="{StylePath}"></head>
        <body><h1>RapidTuner</h1>{body}</body></html>
        """;

    private static void Row(StringBuilder rows, string name, string value) => rows.Append($"<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>");

    private static string Lines(string title, double? max, double? limit, params (string Class, IEnumerable<double?> Values)[] series)
    {
        var all = series.Select(s => (s.Class, Values: s.Values.ToArray())).ToArray();
        var top = Math.Max(max ?? all.SelectMany(s => s.Values).Max() ?? 0, limit ?? 0) is var most and > 0 ? most * 1.05 : 1;
        string Y(double value) => (80 - (80 * value / top)).ToString("0.#", CultureInfo.InvariantCulture);
        var text = new StringBuilder($"<figure><figcaption>{title}</figcaption><svg viewBox=\"0 0 {LiveHistory.PointsMax} 80\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{title}\">");
        foreach (var (name, values) in all)
        {
            text.Append($"<polyline class=\"{name}\" points=\"{string.Join(' ', values.Select((v, i) => v is null ? null : $"{LiveHistory.PointsMax - values.Length + i},{Y(v.Value)}").Where(p => p is not null))}\"/>");
        }

        if (limit is { } at)
        {
            text.Append($"<line class=\"limit\" x1=\"0\" x2=\"{LiveHistory.PointsMax}\" y1=\"{Y(at)}\" y2=\"{Y(at)}\"/>");
        }

        return text.Append("</svg></figure>").ToString();
    }

    private static string Seconds(double? valueS) => valueS switch
    {
        null => "–",
        < 1 => $"{valueS * 1000:0} ms",
        _ => $"{valueS:0.0} s",
    };
}
