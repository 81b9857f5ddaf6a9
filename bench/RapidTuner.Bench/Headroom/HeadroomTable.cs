namespace RapidTuner.Bench.Headroom;

/// <summary>Prints the cells as a table: each row's ratio to static-best, the losses like the wins.</summary>
internal static class HeadroomTable
{
    private const string Baseline = "static-best";

    /// <summary>Writes the tables as markdown: at an attainment of 0.90, and at 0.99 where it was searched.</summary>
    public static void Print(IReadOnlyList<CellResult> results, IReadOnlyList<string> policies, TextWriter output)
    {
        var names = policies.Where(p => p != Baseline).ToArray();
        Print(results, names, r => r.MaxGoodputRps, output);
        if (results.Any(r => r.MaxGoodput99Rps is not null))
        {
            output.WriteLine();
            output.WriteLine("At an attainment of 0.99:");
            output.WriteLine();
            Print([.. results.Where(r => r.MaxGoodput99Rps is not null)], names, r => r.MaxGoodput99Rps!, output);
        }

        output.WriteLine();
        output.WriteLine($"{results.Sum(r => r.TookS) / 60:F1} min, {results.Sum(r => r.CpuS) / 60:F1} min of processor time, {Environment.ProcessorCount} cores; {string.Join("/", results.Select(r => r.Seeds).Distinct())} seeds.");
    }

    private static void Print(IReadOnlyList<CellResult> results, string[] names, Func<CellResult, IReadOnlyDictionary<string, double?>> rates, TextWriter output)
    {
        output.WriteLine($"| cell | static-best, req/s | {string.Join(" | ", names)} | best rival |");
        output.WriteLine($"|---|---:|{string.Concat(Enumerable.Repeat("---:|", names.Length))}---|");
        foreach (var result in results)
        {
            var ratios = names.Select(n => Ratio(rates(result), n)).ToArray();
            var best = names.Zip(ratios).Where(p => !p.First.StartsWith("oracle", StringComparison.Ordinal)).OrderByDescending(p => p.Second ?? 0)
                .Select(p => p.First).FirstOrDefault("–");
            var same = ReferenceEquals(rates(result), result.MaxGoodputRps);
            var texts = names.Zip(ratios, (n, ratio) => Text(ratio) + (same ? Ends(result, n) : ""));
            output.WriteLine($"| {result.Cell} | {rates(result).GetValueOrDefault(Baseline):0.###} | {string.Join(" | ", texts)} | {best} |");
        }

        output.WriteLine($"| **geometric mean** | | {string.Join(" | ", names.Select(n => $"**{Text(Mean(results.Select(r => Ratio(rates(r), n))))}**"))} | |");
    }

    private static double? Ratio(IReadOnlyDictionary<string, double?> rates, string name) =>
        rates.GetValueOrDefault(Baseline) is > 0 and var best ? rates.GetValueOrDefault(name) / best : null;

    // A rival that sustains nothing in a cell has ratio 0, and its geometric mean with it: the cells it sustains are averaged, and the table's zeros say so.
    private static double? Mean(IEnumerable<double?> ratios)
    {
        var logs = ratios.Where(r => r is > 0).Select(r => Math.Log(r!.Value)).ToArray();
        return logs.Length == 0 ? null : Math.Exp(logs.Average());
    }

    private static string Ends(CellResult result, string name) =>
        result.Ratio?.GetValueOrDefault(name) is { } interval ? $" ({interval.Low:0.00}–{interval.High:0.00})" : "";

    private static string Text(double? ratio) => ratio is { } value ? $"{value:0.00}" : "–";
}
