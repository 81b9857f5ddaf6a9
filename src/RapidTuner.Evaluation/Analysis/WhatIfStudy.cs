using RapidTuner.Control.Policies;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Oracle;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Search;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Evaluation.Statistics;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>Draws blocks of a log and replays policies on them; a log whose blocks are all drawn is replayed as a whole.</summary>
/// <param name="log">The log.</param>
/// <param name="site">Device, model and stack.</param>
/// <param name="options">How many blocks, which policies.</param>
internal sealed class WhatIfStudy(Log log, LogSite site, AnalysisOptions options)
{
    private const double TierTolerance = 0.02;
    private const double GapTolerance = 0.02;
    private const int OracleBeam = 1;

    // A plan takes some 20 ms: an oracle of a log that loses many requests stays within a minute or so of one core.
    private const int OraclePlansMax = 3_600;
    private const double FactorTolerance = 0.02;

    /// <summary>Runs the study; null where nothing can be replayed, with the reason in <paramref name="findings"/>.</summary>
    public WhatIf? Run(double prefillFactor, double decodeFactor, List<QualityFinding> findings, Action<double> progress, CancellationToken cancel)
    {
        var spanS = Micros.ToS(log.ToUs - log.FromUs);
        var blockS = options.BlockSOf(spanS);
        var all = (int)Math.Min(int.MaxValue, Math.Max(1, Math.Ceiling(spanS / blockS)));
        var read = WhatIfBlocks.Read(log, Drawn(all), blockS);
        var (blocks, stretches) = (read.All, read.Stretches);
        if (blocks.Count == 0)
        {
            findings.Add(new QualityFinding("blocks with requests", 0, "no what-if: nothing to replay"));
            return null;
        }

        var device = Scaled(site.Device, prefillFactor, decodeFactor);
        var everything = new Trace("log", [.. stretches.SelectMany(b => b.Requests)], 0, 0);
        var (tier, matches) = TierOf(device, everything, stretches);
        matches &= options.Tier is null || options.Tier == tier;
        tier = options.Tier ?? tier;
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
        var attained = new double[blocks.Count, policies.Length];
        var maps = new OracleMap?[stretches.Count];
        var done = 0;
        ParallelLoop.For(stretches.Count * policies.Length, i =>
        {
            var (at, policy) = (i / policies.Length, i % policies.Length);
            var load = new Replay.Load(stretches[at].Requests, cell.Limits, stretches[at].WarmupS);
            if (load.Scored > 0)
            {
                var tally = new BlockTally(stretches[at].BlockOf, blocks.Count);
                if (policies[policy] == PolicyNames.Oracle)
                {
                    maps[at] = Oracle(cell, load, blockS, stretches[at], blocks.Count, cancel);
                    tally = maps[at]!.Tally;
                }
                else
                {
                    new EngineRun(cell, RowPlan.Of(policies[policy], cell.Device, ReplayOf(tier)).Start, options.Seed).Count(load, long.MaxValue, cancel, tally);
                }

                foreach (var block in stretches[at].BlockOf.Where(b => b >= 0).Distinct())
                {
                    attained[block, policy] = tally.Attained[block];
                }
            }

            progress((double)Interlocked.Increment(ref done) / (stretches.Count * policies.Length));
        }, cancel);
        Raise(policies, attained);
        return Result(blocks, policies, loggedCell, attained, all) with
        {
            Whole = options.WhatIfBlocks >= all,
            OracleMap = OracleMap.Of(maps.OfType<OracleMap>()),
            Tier = SloLimits.NameOf(tier),
            TierMatches = matches,
            PrefillFactor = prefillFactor,
            DecodeFactor = decodeFactor,
            LoggedPolicy = logged,
        };
    }

    private OracleMap Oracle(ReplayCell cell, Replay.Load load, double blockS, WhatIfBlocks.Stretch stretch, int blocks, CancellationToken cancel)
    {
        var run = new OracleRun(cell, new Setting { Kind = RowKind.Oracle, Policy = PolicyNames.Oracle }, splitOnly: false, OracleBeam, options.Seed);
        run.ChooseBases(load, cancel);
        var plansMax = OraclePlansMax * stretch.BlockOf.Where(b => b >= 0).Distinct().Count() / blocks;
        return run.Best(load, () => new OracleMap(load.WarmupS, blockS, new BlockTally(stretch.BlockOf, blocks)), plansMax, cancel).Heard;
    }

    // An oracle never stays below another policy of its block (COMPARISON §2).
    private static void Raise(string[] policies, double[,] attained)
    {
        var oracle = Array.IndexOf(policies, PolicyNames.Oracle);
        for (var b = 0; oracle >= 0 && b < attained.GetLength(0); b++)
        {
            for (var p = 0; p < policies.Length; p++)
            {
                attained[b, oracle] = Math.Max(attained[b, oracle], attained[b, p]);
            }
        }
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
        new(new ReplayScene { Trace = trace, Device = device, Model = site.Model, Stack = site.Stack, TensorParallel = site.TensorParallel }, ReplayOf(tier));

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

    // The tier that the run was held to; where it does not say, the one whose limits are nearest to the requests'.
    private (SloTier Tier, bool Matches) TierOf(DeviceSpec device, Trace trace, IReadOnlyList<WhatIfBlocks.Stretch> stretches)
    {
        var best = (Tier: SloTier.Paper, Error: double.PositiveInfinity);
        var limited = stretches.SelectMany(b => b.Requests.Zip(b.LimitS)).Where(r => double.IsFinite(r.Second)).Take(2000).ToArray();
        foreach (var tier in SloTiers.Named(log.Chosen[0].Record.SloTier) is { } said ? [said] : Enum.GetValues<SloTier>())
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
                _ = PolicyNames.CheckPure(logged.ToLowerInvariant(), "policy of the log");
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

    // Attained requests, block by block and policy by policy; shares are over requests, their intervals over blocks.
    private WhatIf Result(IReadOnlyList<WhatIfBlocks.Block> blocks, string[] policies, int? logged, double[,] attained, int all)
    {
        double[] scored = [.. blocks.Select(b => (double)b.Scored)];
        double[] Of(int policy) => [.. Enumerable.Range(0, blocks.Count).Select(b => attained[b, policy])];
        Interval? Against(double[] some, double[] others) => PairedBootstrap.OfShare([.. some.Zip(others, (a, b) => a - b)], scored);
        double[] best = [.. Enumerable.Range(0, blocks.Count).Select(b => Enumerable.Range(0, policies.Length).Max(p => attained[b, p]))];
        var rows = policies.Select((name, p) =>
        {
            var interval = PairedBootstrap.OfShare(Of(p), scored);
            return new WhatIfRow(name, Of(p).Sum() / scored.Sum(), interval?.Low, interval?.High, logged is { } l && l != p ? Against(Of(p), Of(l)) : null);
        });
        var loggedGap = logged is { } own ? Against(Of(own), [.. blocks.Select(b => (double)b.Attained)]) : null;
        return new WhatIf(
            "", false, 1, 1, "",
            [.. rows.OrderByDescending(r => r.Attainment)],
            [.. blocks.Select((block, b) => new WhatIfBlock(
                Micros.ToS(block.FromUs - log.FromUs), block.Scored, (double)block.Attained / block.Scored,
                policies.Select((name, p) => (name, Share: attained[b, p] / block.Scored)).ToDictionary(x => x.name, x => x.Share, StringComparer.Ordinal),
                policies[Enumerable.Range(0, policies.Length).MaxBy(p => attained[b, p])],
                logged is { } l ? (best[b] - attained[b, l]) / block.Scored : null))],
            all,
            loggedGap,
            loggedGap is { } gap && (gap.Low > GapTolerance || gap.High < -GapTolerance))
        {
            Regret = logged is { } mine ? Against(best, Of(mine)) : null,
        };
    }
}
