using System.Globalization;
using System.Text;
using static RapidTuner.Evaluation.Analysis.Writing.AnalysisHtml;
using static RapidTuner.Evaluation.Analysis.Writing.SvgLines;

namespace RapidTuner.Evaluation.Analysis.Writing;

/// <summary>The page's policy map.</summary>
internal static class MapPart
{
    /// <summary>The part.</summary>
    public static string Of(AnalysisReport report)
    {
        if (report.PolicyMap.Count == 0)
        {
            return "<p class=\"none\">No decision is on record.</p>";
        }

        var html = new StringBuilder("<p>Mean prefill share of the split, by prompt tokens waiting (down) and sequences in decode (across). A cell's title says how often it was visited.</p>");
        var batches = report.PolicyMap.Select(c => (c.BatchFrom, c.BatchTo)).Distinct().Order().ToArray();
        var backlogs = report.PolicyMap.Select(c => (c.BacklogFrom, c.BacklogTo)).Distinct().Order().ToArray();
        var cells = report.PolicyMap.ToDictionary(c => (c.BacklogFrom, c.BatchFrom));
        var most = Math.Log(1 + report.PolicyMap.Max(c => c.Visits));
        void Table(string title, Func<PolicyMapCell, (double Shade, string Text)> of)
        {
            var table = new HtmlTable(["tokens waiting \\ in decode", .. batches.Select(b => Span(b.BatchFrom, b.BatchTo))]);
            foreach (var (from, until) in backlogs)
            {
                table.MapRow(Span(from, until), batches.Select(b => cells.TryGetValue((from, b.BatchFrom), out var cell)
                    ? (of(cell).Shade, of(cell).Text, $"{cell.Visits} decisions")
                    : ((double, string, string)?)null));
            }

            html.Append("<h3>").Append(Text(title)).Append("</h3>").Append(table.ToHtml(""));
        }

        Table("Chosen", c => (c.PrefillShare, Percent(c.PrefillShare)));
        Table("Decisions on record", c => (Math.Log(1 + c.Visits) / most, c.Visits.ToString("N0", CultureInfo.InvariantCulture)));
        foreach (var other in report.PolicyMap[0].Others.Keys)
        {
            Table($"What {other} chooses there", c => (c.Others[other], Percent(c.Others[other])));
        }

        Oracle(report.WhatIf?.OracleMap ?? [], html);
        return html.ToString();
    }

    private static void Oracle(IReadOnlyList<OracleMapCell> map, StringBuilder html)
    {
        html.Append("<h3>What oracle chose</h3>");
        if (map.Count == 0)
        {
            html.Append("<p class=\"none\">oracle was not searched.</p>");
            return;
        }

        html.Append("<p>It knows the future and has no answer to an observation alone: these are the situations that it met itself, in the twin, on the what-if's blocks. A mean over blocks; a cell's title holds its 95 % interval over them.</p>");
        var batches = map.Select(c => (c.BatchFrom, c.BatchTo)).Distinct().Order().ToArray();
        var table = new HtmlTable(["tokens waiting \\ in decode", .. batches.Select(b => Span(b.BatchFrom, b.BatchTo))]);
        foreach (var row in map.GroupBy(c => (c.BacklogFrom, c.BacklogTo)).OrderBy(g => g.Key))
        {
            table.MapRow(Span(row.Key.BacklogFrom, row.Key.BacklogTo), batches.Select(b => row.FirstOrDefault(c => c.BatchFrom == b.BatchFrom) is { } cell
                ? (cell.PrefillShare, Percent(cell.PrefillShare) + (cell.Low is { } low ? $" ± {50 * (cell.High!.Value - low):F0}" : ""), $"{cell.Visits} decisions in {cell.Blocks} blocks{(cell.Low is { } from ? $", {Percent(from)} to {Percent(cell.High!.Value)}" : "")}")
                : ((double, string, string)?)null));
        }

        html.Append(table.ToHtml(""));
    }
}
