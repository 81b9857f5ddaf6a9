using RapidTuner.Core.Catalogue;
using RapidTuner.Evaluation.OffPolicy;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Learning.OffPolicy;

namespace RapidTuner.Bench.OffPolicy;

/// <summary>
/// Off-policy estimates against truth: the twin logs with exploration, drawing one of two rules at each plan; each estimator says from that log alone what one of them would
/// attain; then that rule is replayed for real under the same arrivals, and the table says how often the interval held it.
/// </summary>
internal sealed class OffPolicyBench : IBench
{
    private const double PlanS = 10;
    private const double Confidence = 0.9;

    // Rules that differ: short decode steps against steps up to the limit.
    private static readonly (string Name, Setting Setting)[] Rules =
    [
        ("half", new Setting { Kind = RowKind.Pure, Policy = "rapid", ItlMargin = 0.5, ChunkTokens = 512 }),
        ("most", new Setting { Kind = RowKind.Pure, Policy = "rapid", ItlMargin = 0.95 }),
    ];

    private static readonly double[] Chances = [0.8, 0.5, 0.2, 0.05, 0];

    public string Name => "off-policy";

    public string About => "off-policy intervals against the same rule replayed for real: --seeds 6, --requests 6000, --truths 3, --rates 3,14 (requests/s on l20 and h200), --histories 1 (runs of a log)";

    public void Run(BenchOptions options, TextWriter output)
    {
        var seeds = (int)options.Number("seeds", 6);
        var requests = (int)options.Number("requests", 6000);
        var truths = (int)options.Number("truths", 3);
        var rates = options.Text("rates", "3,14").Split(',').Select(r => double.Parse(r, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var histories = (int)options.Number("histories", 1);
        options.Check();
        var catalogue = SpecCatalogue.Open();
        var tallies = new Dictionary<(double Chance, string Method), OffPolicyTally>();
        var cases =
            from site in new (string Device, string Model, double RateRps)[] { ("l20", "qwen2.5-3b", rates[0]), ("h200", "llama-3.1-8b", rates[1]) }
            from seed in Enumerable.Range(1, seeds)
            from asked in new[] { 0, 1 }
            from chance in Chances
            select new OffPolicyCase(site.Device, site.Model, site.RateRps, chance, asked, (ulong)seed);
        foreach (var each in cases.GroupBy(c => (c.Device, c.Model, c.RateRps, c.Seed)))
        {
            var (device, model, rateRps, seed) = each.Key;
            var scene = new ReplayScene { Trace = SyntheticLoad.Of(requests, rateRps, seed), Device = catalogue.Device(device), Model = catalogue.Model(model), Stack = catalogue.Stack("graphs") };
            var cell = new ReplayCell(scene, new ReplayOptions { Policies = ["rapid"] });
            var load = cell.AsIs(seed, 1);
            double Truth(int rule) => Enumerable.Range(0, truths).Average(i => MixtureRun.Of(cell, load, Rules, [1.0 - rule, rule], PlanS, seed + 1000 + (ulong)i).AttainedRps);
            double[] truthRps = [Truth(0), Truth(1)];
            Console.Error.WriteLine($"{device}, {model}, seed {seed}: half {truthRps[0]:F3}, most {truthRps[1]:F3} attained/s");
            foreach (var one in each)
            {
                double[] chances = one.Asked == 0 ? [one.Chance, 1 - one.Chance] : [1 - one.Chance, one.Chance];
                var logged = Enumerable.Range(0, histories).Select(h => MixtureRun.Of(cell, load, Rules, chances, PlanS, seed + (100 * (ulong)h)).Steps).ToArray();
                var log = PlanLogs.Of(logged, AskedPolicy.Of(Rules[one.Asked].Name, "mixture", [.. logged.SelectMany(s => s)])!);
                foreach (var said in OffPolicyScore.Of(log, new OffPolicyOptions { Confidence = Confidence, Seed = seed }))
                {
                    if (!tallies.TryGetValue((one.Chance, said.Method), out var tally))
                    {
                        tallies[(one.Chance, said.Method)] = tally = new OffPolicyTally();
                    }

                    tally.Add(said, truthRps[one.Asked]);
                }
            }
        }

        output.WriteLine($"| estimator, chance of the asked rule in the log | logs | \"insufficient support\" | by a model alone | truth inside the {Confidence:P0} interval | mean error | mean width |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (var (key, tally) in tallies.OrderBy(t => t.Key.Method, StringComparer.Ordinal).ThenByDescending(t => t.Key.Chance))
        {
            output.WriteLine(tally.Row($"{key.Method}, {key.Chance:0.##}"));
        }
    }
}
