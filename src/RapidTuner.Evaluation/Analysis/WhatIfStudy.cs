using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Search;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Evaluation.Statistics;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>Draws blocks of a log and replays policies on them.</summary>
/// <param name="log">The log.</param>
/// <param name="site">Device, model and stack.</param>
/// <param name="options">How many blocks, which policies.</param>
internal sealed class WhatIfStudy(Log log, LogSite site, AnalysisOptions options)
{
    private const double WarmupS = 60;
    private const double TierTolerance = 0.02;
    private const double FactorTolerance = 0.02;

    /// <summary>Runs the study; null where nothing can be replayed, with the reason in <paramref name="findings"/>.</summary>
    public WhatIf? Run(double prefillFactor, double decodeFactor, List<QualityFinding> findings, Action<double> progress, CancellationToken cancel)
    {
        var spanS = Micros.ToS(log.ToUs - log.FromUs);
        var blockS = options.BlockSOf(spanS);
        var all = (int)Math.Min(int.MaxValue, Math.Max(1, Math.Ceiling(spanS / blockS)));
        var blocks = Drawn(all).Select(b => Block.Read(log, log.FromUs + Micros.FromS(b * blockS), blockS, WarmupS)).Where(b => b.Scored > 0).ToArray();
        if (blocks.Length == 0)
        {
            findings.Add(new QualityFinding("blocks with requests", 0, "no what-if: nothing to replay"));
            return null;
        }

        var device = Scaled(site.Device, prefillFactor, decodeFactor);
        var everything = new Trace("log", [.. blocks.SelectMany(b => b.Requests)], 0, 0);
        var (tier, matches) = TierOf(device, everything, blocks);
        ReplayCell cell;
        try
        {
            cell = Cell(device, everything, tier);
        }
        catch (BadInputException misfit)
        {
            findings.Add(new QualityFinding($"models that do not fit: {misfit.Message}", 1, "no what-if"));
            return null;
        }

        var logged = log.Chosen[0].Record.Policy;
        var (policies, loggedCell) = Policies(logged, findings);
        var attained = new double[blocks.Length, policies.Length];
        var done = 0;
        ParallelLoop.For(blocks.Length * policies.Length, i =>
        {
            var (block, policy) = (blocks[i / policies.Length], policies[i % policies.Length]);
            var load = new Load(block.Requests, cell.Limits, block.WarmupS);
            var tally = new EngineRun(cell, RowPlan.Of(policy, cell.Device, ReplayOf(tier)).Start, options.Seed).Count(load, long.MaxValue, cancel);
            attained[i / policies.Length, i % policies.Length] = load.Scored == 0 ? 0 : (double)tally.Attained / block.Scored;
            progress((double)Interlocked.Increment(ref done) / (blocks.Length * policies.Length));
        }, cancel);
        return Result(blocks, policies, loggedCell, attained, all) with
        {
            Tier = SloLimits.NameOf(tier),
            TierMatches = matches,
            PrefillFactor = prefillFactor,
            DecodeFactor = decodeFactor,
            LoggedPolicy = logged,
        };
    }

    private static ReplayOptions ReplayOf(SloTier tier) => new() { Policies = ["rapid"], Tier = tier, Arrivals = Workloads.Transforms.ArrivalMode.AsIs };

    private static DeviceSpec Scaled(DeviceSpec device, double prefillFactor, double decodeFactor)
    {
        static Constant Slower(Constant rate, double factor) =>
            Math.Abs(factor - 1) < FactorTolerance ? rate : rate.With(rate.Value / factor, "scaled to the log's step samples");
        return device with
        {
            PeakBf16FlopPerS = Slower(device.PeakBf16FlopPerS, prefillFactor),
            MemoryBytesPerS = Slower(device.MemoryBytesPerS, decodeFactor),
        };
    }

    private ReplayCell Cell(DeviceSpec device, Trace trace, SloTier tier) =>
        new(new ReplayScene { Trace = trace, Device = device, Model = site.Model, Stack = site.Stack }, ReplayOf(tier));

    private int[] Drawn(int all)
    {
        var places = Enumerable.Range(0, all).ToArray();
        if (options.WhatIfBlocks < all)
        {
            new Rng(options.Seed, "analysis blocks").Shuffle<int>(places);
            places = [.. places.Take(options.WhatIfBlocks).Order()];
        }

        return places;
    }

    // The log knows each request's limit; the tier whose limits are nearest to those is replayed.
    private (SloTier Tier, bool Matches) TierOf(DeviceSpec device, Trace trace, Block[] blocks)
    {
        var best = (Tier: SloTier.Paper, Error: double.PositiveInfinity);
        var limited = blocks.SelectMany(b => b.Requests.Zip(b.LimitS)).Where(r => double.IsFinite(r.Second)).Take(2000).ToArray();
        foreach (var tier in Enum.GetValues<SloTier>())
        {
            var limits = Cell(device, trace, tier).Limits;
            var errors = limited.Select(r => Math.Abs(Math.Log(limits.TtftLimitS(in r.First) / r.Second))).Order().ToArray();
            var error = errors.Length == 0 ? 0 : errors[errors.Length / 2];
            best = error < best.Error ? (tier, error) : best;
        }

        return (best.Tier, limited.Length > 0 && best.Error <= TierTolerance);
    }

    private (string[] Policies, int? Logged) Policies(string logged, List<QualityFinding> findings)
    {
        var names = options.WhatIfPolicies.ToList();
        var at = names.FindIndex(n => n.Equals(logged, StringComparison.OrdinalIgnoreCase));
        if (at < 0)
        {
            try
            {
                _ = Control.Policies.PolicyNames.CheckPure(logged.ToLowerInvariant(), "policy of the log");
                names.Insert(0, logged);
                at = 0;
            }
            catch (BadInputException)
            {
                findings.Add(new QualityFinding($"logged policies that cannot be replayed here: {logged}", 1, "what-ifs are compared with the log itself, not with its policy in the twin"));
                return ([.. names], null);
            }
        }

        return ([.. names], at);
    }

    private WhatIf Result(Block[] blocks, string[] policies, int? logged, double[,] attained, int all)
    {
        double[] Of(int policy) => [.. Enumerable.Range(0, blocks.Length).Select(b => attained[b, policy])];
        var rows = policies.Select((name, p) =>
        {
            var shares = Of(p);
            var interval = PairedBootstrap.OfMean(shares);
            var difference = logged is { } l && l != p ? PairedBootstrap.OfMean([.. shares.Zip(Of(l), (a, b) => a - b)]) : null;
            return new WhatIfRow(name, shares.Average(), interval?.Low, interval?.High, difference);
        });
        var loggedGap = logged is { } own ? PairedBootstrap.OfMean([.. Of(own).Zip(blocks, (twin, block) => twin - block.Logged)]) : null;
        return new WhatIf(
            "", false, 1, 1, "",
            [.. rows.OrderByDescending(r => r.Attainment)],
            [.. blocks.Select((block, b) =>
            {
                var best = Enumerable.Range(0, policies.Length).MaxBy(p => attained[b, p]);
                return new WhatIfBlock(
                    Micros.ToS(block.FromUs - log.FromUs), block.Scored, block.Logged,
                    policies.Select((name, p) => (name, attained[b, p])).ToDictionary(x => x.name, x => x.Item2, StringComparer.Ordinal),
                    policies[best],
                    logged is { } l ? attained[b, best] - attained[b, l] : null);
            })],
            all,
            loggedGap,
            loggedGap is { } gap && (gap.Low > 0.02 || gap.High < -0.02));
    }

    private sealed record Block(long FromUs, TraceRequest[] Requests, double[] LimitS, double WarmupS, int Scored, double Logged)
    {
        // A stretch before the block is replayed but not scored, so that the block does not begin with an empty engine.
        public static Block Read(Log log, long fromUs, double blockS, double warmupS)
        {
            var startUs = fromUs - Micros.FromS(warmupS);
            var records = log.Requests(startUs, fromUs + Micros.FromS(blockS)).Where(r => r.PromptTokens > 0 && r.OutputTokens > 0).ToArray();
            var warm = records.Length > 0 ? Micros.ToS(fromUs - startUs) : 0;
            var scored = records.Where(r => r.ArrivalUs >= fromUs).ToArray();
            return new Block(
                fromUs,
                [.. records.Select(r => new TraceRequest(Micros.ToS(r.ArrivalUs - startUs), r.PromptTokens, r.OutputTokens, r.CachedTokens))],
                [.. records.Select(r => r.TtftLimitUs is { } limit ? Micros.ToS(limit) : double.PositiveInfinity)],
                warm,
                scored.Length,
                scored.Length == 0 ? 0 : (double)scored.Count(r => r.Attained) / scored.Length);
        }
    }
}
