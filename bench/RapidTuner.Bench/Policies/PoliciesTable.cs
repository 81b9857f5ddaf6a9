using RapidTuner.Bench.Headroom;

namespace RapidTuner.Bench.Policies;

/// <summary>Prints each policy's ratio to static-best by cell, and learned's to the best pure rival.</summary>
internal static class PoliciesTable
{
    private const string Baseline = "static-best";
    private static readonly string[] Rivals = ["rapid", "nexus", "bullet", "pdmux", "atom", "overlap"];

    /// <summary>Writes the tables as markdown.</summary>
    public static void Print(IReadOnlyList<Cell> grid, IReadOnlyList<PolicyResult> results, IReadOnlyList<string> policies, TextWriter output)
    {
        Print(grid, results, policies, r => r.MaxGoodputRps, output);
        if (results.Any(r => r.MaxGoodput99Rps is not null))
        {
            output.WriteLine("\nAt an attainment of 0.99:\n");
            Print(grid, results, policies, r => r.MaxGoodput99Rps, output);
        }
    }

    private static void Print(IReadOnlyList<Cell> grid, IReadOnlyList<PolicyResult> results, IReadOnlyList<string> policies, Func<PolicyResult, double?> rate, TextWriter output)
    {
        var names = policies.Where(p => p != Baseline).ToArray();
        output.WriteLine($"| cell | static-best, req/s | {string.Join(" | ", names)} | best rival |");
        output.WriteLine($"|---|---:|{string.Concat(Enumerable.Repeat("---:|", names.Length))}---|");
        var logs = names.ToDictionary(n => n, _ => new List<double>());
        var toRival = new List<double>();
        foreach (var cell in grid)
        {
            var rates = results.Where(r => r.Cell == cell).ToDictionary(r => r.Policy, rate);
            if (rates.GetValueOrDefault(Baseline) is not > 0)
            {
                output.WriteLine($"| {cell} | 0 | {string.Join(" | ", names.Select(n => $"{rates.GetValueOrDefault(n):0.###} req/s"))} | |");
                continue;
            }

            var baseline = rates[Baseline]!.Value;
            var best = Rivals.Where(rates.ContainsKey).MaxBy(n => rates[n] ?? 0);
            if (best is not null && rates.GetValueOrDefault("learned:split-only") is > 0 and var own)
            {
                toRival.Add(Math.Log(own / rates[best]!.Value));
            }

            foreach (var name in names.Where(n => rates.GetValueOrDefault(n) is > 0))
            {
                logs[name].Add(Math.Log(rates[name]!.Value / baseline));
            }

            output.WriteLine($"| {cell} | {baseline:0.###} | {string.Join(" | ", names.Select(n => rates.GetValueOrDefault(n) is { } r ? $"{r / baseline:0.00}" : "–"))} | {best} |");
        }

        output.WriteLine($"| **geometric mean** (cells) | | {string.Join(" | ", names.Select(n => logs[n].Count == 0 ? "–" : $"**{Math.Exp(logs[n].Average()):0.000}** ({logs[n].Count})"))} | |");
        if (toRival.Count > 0)
        {
            output.WriteLine($"\nlearned:split-only / best pure rival of each cell: {Math.Exp(toRival.Average()):0.000} over {toRival.Count} cells, worst {Math.Exp(toRival.Min()):0.00}.");
        }
    }
}
