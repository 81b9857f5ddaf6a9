using RapidTuner.Bench.Headroom;

namespace RapidTuner.Bench.SlowApply;

/// <summary>Prints ratios to the static split per cell and engine, and their geometric means.</summary>
internal static class SlowApplyTable
{
    /// <summary>Writes the tables as markdown.</summary>
    public static void Print(
        IReadOnlyList<Cell> cells, IReadOnlyList<SlowApplyResult> results, IReadOnlyList<string> times, IReadOnlyList<string> policies, string baseline, TextWriter output)
    {
        var columns = (from time in times from policy in policies where policy != baseline select (Time: time, Policy: policy)).ToArray();
        output.WriteLine($"| cell | {baseline}, req/s | {string.Join(" | ", columns.Select(c => $"{c.Time}: {c.Policy}"))} |");
        output.WriteLine($"|---|---:|{string.Concat(columns.Select(_ => "---:|"))}");
        foreach (var cell in cells)
        {
            var least = Rate(results, cell, null, baseline);
            output.WriteLine($"| {cell} | {least:0.###} | {string.Join(" | ", columns.Select(c => Rate(results, cell, c.Time, c.Policy) is { } r && least > 0 ? $"{r / least:0.00}" : "–"))} |");
        }

        output.WriteLine($"| **geometric mean** (cells) | | {string.Join(" | ", columns.Select(c => Mean(cells, cell => Rate(results, cell, c.Time, c.Policy) / Rate(results, cell, null, baseline))))} |");
        foreach (var (above, below) in new[] { ("learned:forecast", "learned:no-forecast"), ("learned", "learned:no-forecast"), ("learned:no-forecast", "rapid"), ("learned", "rapid") }.Where(p => policies.Contains(p.Item1) && policies.Contains(p.Item2)))
        {
            output.WriteLine($"\n{above} / {below}: {string.Join(", ", times.Select(t => $"{t} s {Mean(cells, cell => Rate(results, cell, t, above) / Rate(results, cell, t, below))}"))}.");
        }
    }

    private static double? Rate(IReadOnlyList<SlowApplyResult> results, Cell cell, string? time, string policy) =>
        results.FirstOrDefault(r => r.Cell == cell && r.Policy == policy && (time is null || r.Apply == time))?.MaxGoodputRps;

    private static string Mean(IReadOnlyList<Cell> cells, Func<Cell, double?> ratio)
    {
        var logs = cells.Select(ratio).Where(r => r is > 0 && double.IsFinite(r.Value)).Select(r => Math.Log(r!.Value)).ToArray();
        if (logs.Length == 0)
        {
            return "–";
        }

        var spread = logs.Length < 2 ? 0 : Math.Sqrt(logs.Sum(l => Math.Pow(l - logs.Average(), 2)) / (logs.Length - 1) / logs.Length);
        return $"**{Math.Exp(logs.Average()):0.000}** ± {spread:0.000} ({logs.Length})";
    }
}
