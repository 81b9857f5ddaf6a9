using System.Globalization;
using RapidTuner.Evaluation.Reports;
using Spectre.Console;

namespace RapidTuner.Tables;

/// <summary>A replay's report as a table for people: the best row first, every row's distance from the baseline beside it.</summary>
internal static class ReplayTable
{
    private const int RedirectedColumns = 200;
    private const string Nothing = "–";

    /// <summary>Writes the table.</summary>
    public static void Write(ReplayReport report, TextWriter to)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(to) });
        if (!ReferenceEquals(to, Console.Out) || Console.IsOutputRedirected)
        {
            console.Profile.Width = RedirectedColumns;
            console.Profile.Capabilities.Ansi = false;
        }

        var searched = report.Policies.Any(p => p.MaxGoodputRps is not null);
        var baseline = report.Policies.FirstOrDefault(p => p.Name.Equals("static-best", StringComparison.OrdinalIgnoreCase)) ?? report.Policies[0];
        console.WriteLine(Heading(report));
        console.Write(Table(report, baseline, searched));
        console.WriteLine(Legend(report, baseline, searched));
    }

    private static string Heading(ReplayReport report)
    {
        var slo = report.Slo.TtftSPer1k is { } perThousand
            ? $"TTFT ≤ {Number(perThousand)} s per 1,000 prompt tokens (floor {Number(report.Slo.TtftFloorS)} s)"
            : $"TTFT by request (floor {Number(report.Slo.TtftFloorS)} s)";
        return $"{report.Workload} · {report.Device}{(report.Tp > 1 ? $" × {report.Tp}" : "")} · {report.Model} · {report.Slo.Tier}: {slo}, p99 ITL ≤ {Milli(report.Slo.ItlS)} ms\n"
            + $"{report.Requests} requests, {report.Excluded} excluded, {report.Skipped} skipped · seed {report.Seed}{(report.Seeds > 1 ? $"–{report.Seed + (ulong)report.Seeds - 1}" : "")}"
            + (report.ApplyS > 0 || report.ApplyRestarts ? $" · a split is applied after {Number(report.ApplyS)} s{(report.ApplyRestarts ? " of restart" : "")}" : "")
            + (report.Perturb > 0 ? $" · twin perturbed by ±{Number(100 * report.Perturb)} %" : "");
    }

    private static Table Table(ReplayReport report, PolicyRow baseline, bool searched)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn("policy");
        if (searched)
        {
            table.AddColumn(new TableColumn("max goodput\nreq/s").RightAligned());
        }

        table.AddColumn(new TableColumn($"vs\n{Markup.Escape(baseline.Name)}").RightAligned());
        if (searched)
        {
            table.AddColumn(new TableColumn("at 99 %\nreq/s").RightAligned());
            table.AddColumn(new TableColumn("by TPOT\nreq/s").RightAligned());
        }

        table.AddColumn(new TableColumn("attained").RightAligned());
        table.AddColumn(new TableColumn("goodput\nreq/s").RightAligned());
        table.AddColumn(new TableColumn("TTFT s\np50 / p99").RightAligned());
        table.AddColumn(new TableColumn("ITL ms\np50 / p99").RightAligned());
        table.AddColumn(new TableColumn("tokens/s").RightAligned());
        table.AddColumn(new TableColumn("switches").RightAligned());
        table.AddColumn(new TableColumn("decide µs\np50 / p99").RightAligned());
        table.AddColumn("chosen");
        foreach (var row in report.Policies.OrderByDescending(r => Score(r, searched) ?? -1))
        {
            table.AddRow([.. Cells(row, baseline, searched)]);
        }

        return table;
    }

    private static IEnumerable<string> Cells(PolicyRow row, PolicyRow baseline, bool searched)
    {
        yield return Markup.Escape(row.Devices > 1 ? $"{row.Name} ({row.Devices} devices)" : row.Name);
        if (searched)
        {
            yield return Text(row.MaxGoodputRps) + (row.MaxGoodputMonotone == false ? "~" : "");
        }

        yield return Against(row, baseline, searched);
        if (searched)
        {
            yield return Text(row.MaxGoodput99Rps);
            yield return Text(row.MaxGoodputTpotRps);
        }

        yield return row.Attainment is { } attainment ? $"{(100 * attainment).ToString("F1", CultureInfo.InvariantCulture)} %" : Nothing;
        yield return Text(row.GoodputRps);
        yield return $"{Text(row.TtftS.P50)} / {Text(row.TtftS.P99)}";
        yield return $"{MilliOr(row.ItlS.P50)} / {MilliOr(row.ItlS.P99)}";
        yield return Text(row.ThroughputTokS);
        yield return row.Switches.ToString("N0", CultureInfo.InvariantCulture);
        yield return row.DecideS.P50 is null ? Nothing : $"{Number(1e6 * row.DecideS.P50.Value)} / {Number(1e6 * row.DecideS.P99!.Value)}";
        yield return Markup.Escape(ChosenText(row.Chosen));
    }

    private static string Against(PolicyRow row, PolicyRow baseline, bool searched)
    {
        if (ReferenceEquals(row, baseline))
        {
            return "=";
        }

        if (Score(row, searched) is not { } value || Score(baseline, searched) is not > 0)
        {
            return Nothing;
        }

        var change = 100 * ((value / Score(baseline, searched)!.Value) - 1);
        var text = string.Create(CultureInfo.InvariantCulture, $"{(change < 0 ? "−" : "+")}{Math.Abs(change):F1} %");
        var interval = row.Ci.Ratio is { } ratio
            ? string.Create(CultureInfo.InvariantCulture, $"\n({100 * (ratio.Low - 1):F1} … {100 * (ratio.High - 1):F1})")
            : "";
        return $"[{(change < 0 ? "red" : "green")}]{text}{interval}[/]";
    }

    private static double? Score(PolicyRow row, bool searched) => searched ? row.MaxGoodputRps : row.GoodputRps;

    private static string ChosenText(Chosen chosen)
    {
        string?[] parts =
        [
            chosen.From is null ? null : $"from {chosen.From}",
            chosen.PrefillShare is { } share ? $"prefill {Number(share)}" : null,
            chosen.Ratio,
            chosen.Margin is { } margin ? $"margin {Number(margin)}" : null,
            chosen.Order,
            chosen.Chunk is null ? null : $"chunk {chosen.Chunk}",
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static string Legend(ReplayReport report, PolicyRow baseline, bool searched)
    {
        var budget = report.Policies.Select(p => p.Chosen.Budget).FirstOrDefault(b => b is not null) is { } settings
            ? $" Chosen in hindsight on seed {report.Seed} among up to {settings} settings{(searched ? ", screened at one rate, the best three searched in full; `:fixed` has the fixed setting" : "")}."
            : "";
        return $"{(searched ? "max goodput" : "goodput")} against {baseline.Name}; rates per device." + budget
            + (report.Policies.Any(p => p.MaxGoodputMonotone == false) ? " ~: a rate above the answer reached its attainment as well." : "");
    }

    private static string Text(double? value) => value is { } known ? Number(known) : Nothing;

    private static string MilliOr(double? seconds) => seconds is { } known ? Milli(known) : Nothing;

    private static string Milli(double seconds) => Number(1000 * seconds);

    /// <summary>Three significant digits, without an exponent.</summary>
    private static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };
}
