using RapidTuner.Core.Samples;
using RapidTuner.Engine;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RapidTuner.Serving;

/// <summary>What the terminal shows while the service runs: split, queues, TTFT and ITL against their SLO.</summary>
internal static class Panel
{
    private const int BarCells = 48;

    public static IRenderable Of(EngineDescription engine, EngineSnapshot now, LiveFigures figures, double? offeredRps)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        table.Title = new TableTitle($"RapidTuner · {Markup.Escape(engine.Model)} on {Markup.Escape(engine.Device)} ({engine.Kind}) · policy {Markup.Escape(engine.Policy)} · {TimeSpan.FromSeconds((long)now.NowS)}");
        table.AddRow("split", $"{Bar(now, engine.DeviceUnits)}  prefill {now.Split.PrefillUnits} · decode {now.Split.DecodeUnits} of {engine.DeviceUnits}");
        table.AddRow("why", $"{now.Reason}{(now.Pinned is null ? "" : " (an operator holds this split)")}");
        table.AddRow("queue", $"{now.PrefillQueued} waiting for prefill ({now.PrefillQueuedTokens:N0} tokens) · {now.DecodeSequences} in decode · KV {1 - now.KvFreeShare:P0} used");
        table.AddRow("TTFT", Latency(figures.TtftS, now.NowS, engine.Slo.TtftFloorS, "floor of the limit"));
        table.AddRow("ITL", Latency(figures.ItlS, now.NowS, engine.Slo.ItlS, "limit"));
        var finished = figures.Ended(Outcome.Finished);
        var attained = finished == 0 ? "–" : $"{(double)figures.Attained / finished:P1}";
        table.AddRow("requests", $"{(offeredRps is { } rps ? $"{rps:0.00}/s offered · " : "")}{finished:N0} finished, {attained} inside the SLO · {figures.Ended(Outcome.RejectedLoad):N0} refused");
        if (now.Fault is { } fault)
        {
            table.AddRow("[red]fault[/]", Markup.Escape(fault));
        }

        return table;
    }

    /// <summary>The same on one line, for logs.</summary>
    public static string Line(EngineSnapshot now, LiveFigures figures) =>
        $"t={now.NowS:0}s split={now.Split} queued={now.PrefillQueued} decode={now.DecodeSequences} ttft_p50={Seconds(figures.TtftS.Quantile(now.NowS, 0.5))} itl_p99={Seconds(figures.ItlS.Quantile(now.NowS, 0.99))} finished={figures.Ended(Outcome.Finished)} attained={figures.Attained}";

    private static string Bar(EngineSnapshot now, int units)
    {
        var prefill = (int)Math.Round((double)BarCells * now.Split.PrefillUnits / units);
        var decode = (int)Math.Round((double)BarCells * now.Split.DecodeUnits / units);
        var shared = Math.Max(0, prefill + decode - BarCells);
        var free = Math.Max(0, BarCells - prefill - decode);
        return $"[blue]{new string('█', prefill - shared)}[/][purple]{new string('▓', shared)}[/][grey]{new string('·', free)}[/][green]{new string('█', decode - shared)}[/]";
    }

    private static string Latency(RollingHistogram values, double nowS, double limitS, string limitName)
    {
        var p99 = values.Quantile(nowS, 0.99);
        var colour = p99 is null ? "grey" : p99 <= limitS ? "green" : "red";
        return $"p50 {Seconds(values.Quantile(nowS, 0.5))} · [{colour}]p99 {Seconds(p99)}[/] · {limitName} {Seconds(limitS)} (latest minute)";
    }

    private static string Seconds(double? valueS) => valueS switch
    {
        null => "–",
        < 1 => $"{valueS * 1000:0} ms",
        _ => $"{valueS:0.0} s",
    };
}
