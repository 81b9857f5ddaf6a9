using RapidTuner.Control.Learned;
using RapidTuner.Control.Policies;
using RapidTuner.Control.Profiles;
using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Bench.Learning;

/// <summary>
/// How wrong the latencies of <c>learned</c> are, over the palette and the steps of serving, against the twin without noise: the profile that it takes at
/// start, the shipped champion's answers at the grid of that profile, and the champion asked for the step itself.
/// </summary>
internal sealed class ChampionErrorsBench : IBench
{
    private const int SmallBatch = 32;
    private const int SmallChunk = 512;

    public string Name => "champion-errors";

    public string About => "a fresh profile, and the shipped latency models asked as the policies do and put into the profile's grid, against the twin without noise, by kind of step; --only --steps --folder models/tuner";

    public void Run(BenchOptions options, TextWriter output)
    {
        var only = options.Text("only", "");
        var steps = (int)options.Number("steps", 4000);
        var folder = options.Text("folder", "");
        options.Check();
        output.WriteLine("| device, model | steps of | profile: MAPE | p90 | bias, % | champion in the grid: MAPE | p90 | bias, % | champion asked: MAPE | p90 | bias, % |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var pair in LatencyPair.MainOf(SpecCatalogue.Open(), only))
        {
            Score(output, pair, steps, folder.Length == 0 ? ModelFolder.Shipped : new ModelFolder(folder));
        }
    }

    private static void Score(TextWriter output, LatencyPair pair, int steps, ModelFolder folder)
    {
        var champion = new ChampionStore(null, folder, Console.Error.WriteLine).Find(pair.Device, pair.Model, 1).Model;
        var palette = pair.Device.DefaultPalette();
        var context = new PolicyContext { Grid = UnitGrid.Of(pair.Device), ItlLimitS = 0.1, Palette = palette, Latency = pair.Cost, Champion = champion };
        var asked = new LearnedStepLatency(champion, LatencyQuantile.Median);
        IStepLatency[] rivals = [context.Table, new TableLatency(new SoloProfile(asked, palette, 1, 0), new PairedTable(asked, palette, 1, 0)), asked];
        var works = new ServingWorks(ProfileRanges.Of(pair.Device, pair.Model, 1), 1);
        var kinds = new SortedDictionary<string, ErrorTally[]>(StringComparer.Ordinal);
        for (var i = 0; i < steps; i++)
        {
            var (decode, prefill) = (works.Decode(), works.Prefill());
            var (decodeUnits, prefillUnits) = (palette.DecodeUnits[i % palette.DecodeUnits.Length], palette.PrefillUnits[i / palette.DecodeUnits.Length % palette.PrefillUnits.Length]);
            Ask(Phase.Decode, decode, decodeUnits, default, 0);
            Ask(Phase.Prefill, prefill, prefillUnits, default, 0);
            Ask(Phase.Decode, decode, decodeUnits, prefill, prefillUnits);
            Ask(Phase.Prefill, prefill, prefillUnits, decode, decodeUnits);
        }

        foreach (var (kind, tallies) in kinds)
        {
            output.WriteLine($"| {pair.Device.Name} {pair.Model.Name} | {kind} | {string.Join(" | ", tallies.Select(t => t.Cells()))} |");
        }

        void Ask(Phase phase, StepWork work, int units, StepWork beside, int besideUnits)
        {
            double Seconds(IStepLatency of) => besideUnits == 0 ? of.AloneS(phase, in work, units) : of.BesideS(phase, in work, units, in beside, besideUnits);
            var trueS = Seconds(pair.Cost);
            foreach (var kind in KindsOf(phase, work, units, besideUnits, pair.Device.Units))
            {
                if (!kinds.TryGetValue(kind, out var tallies))
                {
                    kinds[kind] = tallies = [new ErrorTally(), new ErrorTally(), new ErrorTally()];
                }

                for (var r = 0; r < rivals.Length; r++)
                {
                    tallies[r].Add(Seconds(rivals[r]), trueS);
                }
            }
        }
    }

    private static string[] KindsOf(Phase phase, StepWork work, int units, int besideUnits, int deviceUnits)
    {
        var name = phase.ToString().ToLowerInvariant();
        var beside = besideUnits == 0 ? "alone" : units + besideUnits > deviceUnits ? "overlapped" : "disjoint";
        var size = phase == Phase.Decode
            ? work.Sequences <= SmallBatch ? "batch at most 32" : "batch over 32"
            : work.NewTokens < SmallChunk ? "chunk under 512" : "chunk 512 and over";
        var share = units <= deviceUnits / 3 ? "units to a third" : units <= 2 * deviceUnits / 3 ? "units to two thirds" : "units over two thirds";
        return [$"{name}, {beside}", $"{name}, {size}", $"{name}, {share}"];
    }
}
