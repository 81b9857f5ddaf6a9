using RapidTuner.Control.Profiles;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Policies;

/// <summary>
/// <c>bullet</c>: Bullet's SLO-aware scheduler (arXiv 2504.19516v3 §3.3, Algorithm 1; Lin et al. 2025, ASPLOS 2026) over its
/// profile-calibrated roofline (<see cref="ScaledRoofline"/>, <see cref="PairedProfile"/>). Prefill goes first: decode has the fewest units
/// predicted to meet its limit beside the prefill; where decode violates, units move to it; where both violate, a balanced split
/// limits the worse of the two. A phase alone has every unit; as the last prefill ends, decode already takes them all (§3.3.1).
/// <para>
/// Differences: latencies decide per step against margin × ITL, not against a mean (TPOT), since the SLO is on single gaps; decode is
/// never suspended, which a step's policy cannot ask for; the split changes at step boundaries instead of every few layers.
/// </para>
/// </summary>
internal sealed class BulletPolicy : IPolicy
{
    /// <summary>A prefill counts as ending when at most this share of the decode step is left of it.</summary>
    private const double EndingShare = 0.25;

    private readonly PairedProfile? _estimator;
    private readonly Split[] _pairs;
    private readonly Decision _all;
    private readonly double _itlLimitS;
    private readonly double _margin;
    private readonly int _chunkTokens;

    public BulletPolicy(PolicyContext context, PolicySettings settings)
    {
        Palette = context.Palette;
        _pairs = DisjointPairs.Of(Palette);
        _estimator = _pairs.Length == 0 ? null : context.Paired;
        _all = new Decision(new Split(context.Grid.Units, context.Grid.Units), Reason.DecodeIdle, settings.ChunkTokens, settings.Order);
        _itlLimitS = context.ItlLimitS;
        _margin = settings.ItlMargin;
        _chunkTokens = settings.ChunkTokens;
    }

    public string Name => "bullet";

    public Palette Palette { get; }

    public Decision Decide(in Observation seen)
    {
        var load = Load.Of(in seen, _itlLimitS);
        if (load.DecodeSequences == 0 || _estimator is null)
        {
            return _all;
        }

        if (!load.PrefillPending)
        {
            return _all with { Reason = Reason.PrefillIdle };
        }

        var prefill = Load.PrefillOf(in seen, _chunkTokens);
        Span<double> decodeS = stackalloc double[DisjointPairs.CountMax];
        decodeS = decodeS[.._pairs.Length];
        _estimator.DecodeS(load.DecodeSequences, load.DecodeContextTokens, prefill.NewTokens, decodeS);
        return Allocate(_estimator, in seen, in prefill, decodeS, _margin * load.ItlLimitS);
    }

    private Decision Allocate(PairedProfile estimator, in Observation seen, in StepWork prefill, ReadOnlySpan<double> decodeS, double targetS)
    {
        var current = DisjointPairs.NearestDecode(_pairs, seen.Split.DecodeUnits);
        var late = PrefillLate(estimator, in seen, in prefill, current);
        var fewest = Fewest(decodeS, targetS);
        if (fewest < 0)
        {
            return late
                ? _all with { Split = _pairs[Balance(estimator, in prefill, decodeS)], Reason = Reason.Balanced }
                : _all with { Split = _pairs[^1], Reason = Reason.DecodeBound };
        }

        if (Ending(estimator, in seen, in prefill, fewest, decodeS[fewest]))
        {
            return _all with { Split = new Split(_pairs[fewest].PrefillUnits, _all.Split.DecodeUnits), Reason = Reason.PrefillEnding };
        }

        var reason = decodeS[current] > targetS ? Reason.DecodeViolates
            : late ? Reason.PrefillViolates
            : Reason.SmallestDecode;
        return _all with { Split = _pairs[fewest], Reason = reason };
    }

    private static int Fewest(ReadOnlySpan<double> decodeS, double targetS)
    {
        for (var i = 0; i < decodeS.Length; i++)
        {
            if (decodeS[i] <= targetS)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Under the current split the head of the queue is predicted to miss its TTFT.</summary>
    private static bool PrefillLate(PairedProfile estimator, in Observation seen, in StepWork prefill, int pair)
    {
        var restS = seen.PrefillRunning
            ? Math.Max(0, seen.PrefillStartedS + estimator.PrefillS(in prefill, pair) - seen.NowS)
            : 0;
        var headS = seen.PrefillNext.NewTokens > 0 ? estimator.PrefillS(seen.PrefillNext, pair) : 0;
        return restS + headS > seen.PrefillHeadSlackS;
    }

    /// <summary>The prefill that runs is the last one and ends early within the decode step about to be launched.</summary>
    private static bool Ending(PairedProfile estimator, in Observation seen, in StepWork prefill, int pair, double stepS)
    {
        if (seen.Launching != Phase.Decode || !seen.PrefillRunning || seen.PrefillQueued > 0)
        {
            return false;
        }

        return seen.PrefillStartedS + estimator.PrefillS(in prefill, pair) - seen.NowS <= EndingShare * stepS;
    }

    /// <summary>The split under which the phase that suffers more, against its own best split, suffers least.</summary>
    private static int Balance(PairedProfile estimator, in StepWork prefill, ReadOnlySpan<double> decodeS)
    {
        var prefillBestS = estimator.PrefillS(in prefill, 0);
        var decodeBestS = decodeS[^1];
        var (best, least) = (0, double.PositiveInfinity);
        for (var i = 0; i < decodeS.Length; i++)
        {
            var worse = Math.Max(estimator.PrefillS(in prefill, i) / prefillBestS, decodeS[i] / decodeBestS);
            (best, least) = worse < least ? (i, worse) : (best, least);
        }

        return best;
    }
}
