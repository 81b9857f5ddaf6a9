using System.Globalization;
using RapidTuner.Evaluation.Workloads.Describing;

namespace RapidTuner.Tables;

/// <summary>A workload's description for people.</summary>
internal static class WorkloadTable
{
    /// <summary>Writes the description, and the comparison where there is one.</summary>
    public static void Write(TraceSummary summary, string? otherName, TraceComparison? comparison, TextWriter to)
    {
        to.WriteLine($"{summary.Workload}: {summary.Requests} requests over {Number(summary.SpanS)} s{(summary.Skipped > 0 ? $", {summary.Skipped} rows skipped" : "")}");
        to.WriteLine($"  rate            {Number(summary.OfferedRps)} /s, busiest minute {Number(summary.Peak60SRps)} /s, CV of the gaps {Number(summary.GapCv)}");
        if (summary.TimestampStepS > 0)
        {
            to.WriteLine($"  time stamps     {Number(summary.TimestampStepS)} s apart at the finest");
        }

        to.WriteLine($"  {"tokens",-15} {"mean",10} {"p50",8} {"p90",8} {"p95",8} {"p99",8} {"max",8}");
        Lengths("prompt", summary.PromptTokens, to);
        Lengths("output", summary.OutputTokens, to);
        to.WriteLine($"  correlation     {Number(summary.LengthCorrelation)} (ranks of prompt and output)");
        to.WriteLine($"  cached          {Number(100 * summary.CachedShare)} % of prompt tokens");
        if (comparison is null)
        {
            return;
        }

        to.WriteLine($"against {otherName}: distance, and probability of one as large without a difference");
        foreach (var (name, result) in comparison.All)
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-20} {result.Distance,8:F4}   p = {result.P:F3}"));
        }
    }

    private static void Lengths(string name, LengthSummary? tokens, TextWriter to)
    {
        if (tokens is not null)
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-15} {tokens.Mean,10:F1} {tokens.P50,8} {tokens.P90,8} {tokens.P95,8} {tokens.P99,8} {tokens.Max,8}"));
        }
    }

    private static string Number(double? value) => value switch
    {
        null => "–",
        >= 1000 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("G4", CultureInfo.InvariantCulture),
    };
}
