using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Learned;

/// <summary>
/// Deadline-driven sizing of decode (docs/policy.md). Every member of the batch has a deadline for its next token: one limit after its
/// latest. A step is given the fewest units predicted to keep the earliest of them, and prefill the rest; what joins has been waiting
/// since its prompt ended, and a chunk that ends in mid-step makes its requests wait for the rest of that step and all of the next: where
/// its own deadlines allow, decode waits for them instead.
/// </summary>
internal sealed class FastRule
{
    // Chosen: finer chunks gain nothing, for GEMM rows are computed in tiles of 64 and more.
    private const int FusedTile = 64;

    // Chosen: predictions of chunks miss by some hundredths, and a chunk takes about a limit.
    private const double OverdueItls = 0.25;

    private readonly IStepLatency _latency;
    private readonly Split[] _pairs;
    private readonly int _units;
    private readonly double _itlLimitS;

    /// <summary>A rule over one palette.</summary>
    /// <param name="latency">Step latencies; the margin stands for the spread around them.</param>
    /// <param name="palette">Allowed unit counts.</param>
    /// <param name="itlLimitS">Limit on the inter-token latency where an observation has none, seconds.</param>
    public FastRule(IStepLatency latency, Palette palette, double itlLimitS)
    {
        _latency = latency;
        Palette = palette;
        _pairs = DisjointPairs.Of(palette);
        _units = palette.DeviceUnits;
        _itlLimitS = itlLimitS;
    }

    /// <summary>The unit counts it chooses from.</summary>
    public Palette Palette { get; }

    /// <summary>The pair that the rule gives a batch beside a chunk when nobody has waited; the whole device for both where it cannot be divided.</summary>
    public Split PairFor(in StepWork decode, in StepWork prefill, RuleParameters by) =>
        _pairs.Length == 0 ? new Split(_units, _units) : _pairs[Steady(in decode, in prefill, by.Margin * _itlLimitS, by)];

    /// <summary>The decision for the step about to be launched.</summary>
    public Decision Decide(in Observation seen, RuleParameters by)
    {
        if (by.Pair is { } pair)
        {
            return UnderPair(in seen, pair, by);
        }

        var load = Load.Of(in seen, _itlLimitS);
        var all = new Split(_units, _units);
        if (load.DecodeSequences == 0 || !load.PrefillPending || _pairs.Length == 0)
        {
            return Made(all, load.DecodeSequences == 0 ? Reason.DecodeIdle : load.PrefillPending ? Reason.OverAllocated : Reason.PrefillIdle, by);
        }

        var decode = StepWork.Decode(load.DecodeSequences, (long)load.DecodeContextTokens);
        var prefill = Load.PrefillOf(in seen, by.ChunkTokens);
        var limitS = by.Margin * load.ItlLimitS;
        var joinS = by.JoinItls * load.ItlLimitS;
        if (by.Fuses && !seen.PrefillRunning)
        {
            return Fused(in seen, in decode, in prefill, limitS, by);
        }

        if (seen.Launching == Phase.Decode && seen.PrefillRunning)
        {
            return BesideRunning(in seen, in decode, in prefill, limitS, joinS, by);
        }

        return AtPrefill(in seen, in decode, in prefill, limitS, joinS, by);
    }

    /// <summary>The pair stays; what belongs to the scheduler is decided as ever: chunk, order, demotion, fusing, and waiting for those who join.</summary>
    private Decision UnderPair(in Observation seen, Split pair, RuleParameters by)
    {
        // While steps are fused, none is worth a change: the next that runs beside another has what is in force.
        pair = by.Fuses ? Palette.Nearest(seen.Split) : pair;
        var load = Load.Of(in seen, _itlLimitS);
        if (load.DecodeSequences == 0 || !load.PrefillPending)
        {
            return Made(pair, load.DecodeSequences == 0 ? Reason.DecodeIdle : Reason.PrefillIdle, by);
        }

        var decode = StepWork.Decode(load.DecodeSequences, (long)load.DecodeContextTokens);
        var prefill = Load.PrefillOf(in seen, by.ChunkTokens);
        var limitS = by.Margin * load.ItlLimitS;
        if (by.Fuses && !seen.PrefillRunning)
        {
            return Fused(in seen, in decode, in prefill, limitS, by) with { Split = Palette.Nearest(pair) };
        }

        var holds = by.Holds && seen.Launching == Phase.Decode && seen.PrefillRunning && seen.PrefillCompletes > 0
            && WaitsUnder(in seen, in decode, in prefill, limitS, by.JoinItls * load.ItlLimitS);
        return Made(pair, holds ? Reason.Held : Reason.Planned, by) with { HoldsDecode = holds };
    }

    /// <summary>True where the running chunk ends within decode's step, those who join would get their next token too late, and the batch can wait for them.</summary>
    private bool WaitsUnder(in Observation seen, in StepWork decode, in StepWork prefill, double limitS, double joinS)
    {
        var (held, inForce) = (seen.PrefillUnits, seen.Split);
        var units = Math.Min(inForce.DecodeUnits, Palette.AtMost(Phase.Decode, Math.Min(_units, _units - held + inForce.OverlapUnits(_units))));
        if (units == 0)
        {
            return false;
        }

        var stepS = _latency.BesideS(Phase.Decode, in decode, units, in prefill, held);
        var endsInS = seen.PrefillStartedS + _latency.BesideS(Phase.Prefill, in prefill, held, in decode, units) - seen.NowS;
        if (endsInS >= stepS || endsInS < -OverdueItls * limitS)
        {
            return false;
        }

        endsInS = Math.Max(0, endsInS);
        var queued = seen.PrefillQueued > 0;
        var next = Joined(in seen, in decode);
        var nextS = queued ? _latency.BesideS(Phase.Decode, in next, inForce.DecodeUnits, in prefill, inForce.PrefillUnits) : _latency.AloneS(Phase.Decode, in next, _units);
        var waitedS = Math.Max(WaitedS(seen.DecodeJoiningSinceS, seen.NowS), WaitedS(seen.DecodeLastTokenS, seen.NowS));
        return MixedS(in decode, units, in prefill, held, endsInS, queued) - endsInS + nextS > joinS && waitedS + endsInS + nextS <= limitS;
    }

    /// <summary>Both phases are about to start, or prefill is beside a running decode step: the pair for the chunk's whole length.</summary>
    private Decision AtPrefill(in Observation seen, in StepWork decode, in StepWork prefill, double limitS, double joinS, RuleParameters by)
    {
        var restS = seen.DecodeRunning && seen.Launching == Phase.Prefill ? RestOfDecodeS(in seen, in decode, in prefill) : 0;
        var waitedS = Math.Max(WaitedS(seen.DecodeJoiningSinceS, seen.NowS), seen.DecodeRunning ? 0 : WaitedS(seen.DecodeLastTokenS, seen.NowS));
        if (by.Overlaps && _latency.BesideS(Phase.Decode, in decode, _units, in prefill, _units) <= Math.Min(StepLimitS(limitS, by), joinS - waitedS - restS))
        {
            return Made(new Split(_units, _units), Reason.OverAllocated, by);
        }

        var pair = Steady(in decode, in prefill, limitS, by);
        var leftS = Math.Min(joinS, limitS) - waitedS - restS;
        if (waitedS > 0 && joinS < 2 * limitS && PairS(in decode, in prefill, pair) > leftS)
        {
            // Those who join, or the batch that waited for them, need more units than usual, for one step: if any suffice.
            var quick = Fewest(in decode, in prefill, leftS, pair);
            pair = PairS(in decode, in prefill, quick) <= leftS ? quick : pair;
        }

        return Made(_pairs[pair], pair == _pairs.Length - 1 ? Reason.DecodeBound : Reason.SmallestDecode, by);
    }

    /// <summary>One hybrid step next, with the largest chunk of whole tiles that keeps the batch's deadlines; while decode runs, prefill waits for its end.</summary>
    private Decision Fused(in Observation seen, in StepWork decode, in StepWork prefill, double limitS, RuleParameters by)
    {
        var waitedS = Math.Max(WaitedS(seen.DecodeJoiningSinceS, seen.NowS), WaitedS(seen.DecodeLastTokenS, seen.NowS));
        var cached = (long)Math.Max(0, prefill.CachedTokensMean);
        var (low, high) = (1, Math.Max(1, by.ChunkTokens / FusedTile));
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            var chunk = StepWork.Prefill(1, middle * FusedTile, cached);
            (low, high) = _latency.FusedS(in chunk, in decode, _units) <= limitS - waitedS ? (middle, high) : (low, middle - 1);
        }

        return Made(new Split(_units, _units), Reason.Fused, by) with
        {
            ChunkTokens = low * FusedTile,
            ChunkPairs = StepWork.Prefill(1, low * FusedTile, cached).AttentionPairs,
            Fuses = true,
        };
    }

    /// <summary>Decode starts a step beside a chunk that runs on.</summary>
    private Decision BesideRunning(in Observation seen, in StepWork decode, in StepWork prefill, double limitS, double joinS, RuleParameters by)
    {
        var held = seen.PrefillUnits;
        var waitedS = WaitedS(seen.DecodeJoiningSinceS, seen.NowS);
        var stepLimitS = Math.Min(limitS - WaitedS(seen.DecodeLastTokenS, seen.NowS), joinS - waitedS);
        var most = Palette.AtMost(Phase.Decode, _units - held);
        if (most == 0)
        {
            return Made(new Split(held, _units), Reason.OverAllocated, by);
        }

        var stepS = _latency.BesideS(Phase.Decode, in decode, most, in prefill, held);
        var endsInS = seen.PrefillStartedS + _latency.BesideS(Phase.Prefill, in prefill, held, in decode, most) - seen.NowS;
        if (endsInS < stepS)
        {
            return EndsWithin(in seen, in decode, in prefill, stepLimitS, limitS, joinS, endsInS, most, by);
        }

        if (stepS > stepLimitS && by.Borrows)
        {
            return Borrowed(in decode, in prefill, held, most, stepS, stepLimitS, by);
        }

        // The chunk outlasts this step, so that units left over now would serve nobody.
        return Made(new Split(held, most), stepS <= stepLimitS ? Reason.SmallestDecode : Reason.DecodeBound, by);
    }

    /// <summary>
    /// The chunk ends x seconds from now, within this step. The next chunk can only have what this step leaves, so the fewest units are
    /// taken that keep this step's deadlines and let those who join then get their next token in time. Where none do, decode waits for the
    /// chunk's end, if its own deadlines allow.
    /// </summary>
    private Decision EndsWithin(in Observation seen, in StepWork decode, in StepWork prefill, double stepLimitS, double limitS, double joinS, double endsInS, int most, RuleParameters by)
    {
        // A chunk that should have ended long ago may run on for long: nobody waits for it.
        var overdue = endsInS < -OverdueItls * limitS;
        endsInS = Math.Max(0, endsInS);
        var held = seen.PrefillUnits;
        var queued = seen.PrefillQueued > 0;
        var completes = seen.PrefillCompletes > 0;
        var next = completes ? Joined(in seen, in decode) : decode;
        var nextS = queued ? PairS(in next, in prefill, Steady(in next, in prefill, limitS, by)) : _latency.AloneS(Phase.Decode, in next, _units);
        for (var i = Floor(by.DecodeFloorShare); i < _pairs.Length && _pairs[i].DecodeUnits <= most; i++)
        {
            var units = _pairs[i].DecodeUnits;
            var stepS = MixedS(in decode, units, in prefill, held, endsInS, queued);
            if (stepS <= stepLimitS && (!completes || stepS - endsInS + nextS <= joinS))
            {
                return Made(new Split(held, units), queued ? Reason.SmallestDecode : Reason.PrefillEnding, by);
            }
        }

        if (completes && by.Holds && !overdue)
        {
            var waitedS = Math.Max(WaitedS(seen.DecodeJoiningSinceS, seen.NowS), WaitedS(seen.DecodeLastTokenS, seen.NowS));
            if (waitedS + endsInS + nextS <= limitS)
            {
                return Made(new Split(held, most), Reason.Held, by) with { HoldsDecode = true };
            }
        }

        return Made(new Split(held, most), queued ? Reason.SmallestDecode : Reason.PrefillEnding, by);
    }

    private static double WaitedS(double sinceS, double nowS) => double.IsNaN(sinceS) ? 0 : Math.Max(0, nowS - sinceS);

    /// <summary>The batch with those whose prompts the running prefill step completes.</summary>
    private static StepWork Joined(in Observation seen, in StepWork decode) =>
        StepWork.Decode(decode.Sequences + seen.PrefillCompletes, decode.ContextTokens + seen.PrefillWork.ContextTokens + seen.PrefillWork.NewTokens);

    /// <summary>Nothing free keeps the deadline: units that prefill holds are shared for this step, where that is predicted to help.</summary>
    private Decision Borrowed(in StepWork decode, in StepWork prefill, int held, int most, double stepS, double limitS, RuleParameters by)
    {
        var (best, bestS) = (most, stepS);
        foreach (var units in Palette.DecodeUnits)
        {
            if (units <= most)
            {
                continue;
            }

            var sharedS = _latency.BesideS(Phase.Decode, in decode, units, in prefill, held);
            (best, bestS) = sharedS < bestS ? (units, sharedS) : (best, bestS);
            if (bestS <= limitS)
            {
                break;
            }
        }

        return Made(new Split(held, best), bestS <= limitS ? Reason.OverAllocated : Reason.DecodeBound, by);
    }

    /// <summary>The pair for a batch of whom nobody has waited.</summary>
    private int Steady(in StepWork decode, in StepWork prefill, double limitS, RuleParameters by) =>
        Fewest(in decode, in prefill, StepLimitS(limitS, by), Floor(by.DecodeFloorShare));

    private static double StepLimitS(double limitS, RuleParameters by) => limitS * Math.Min(1, by.StepItls / by.Margin);

    private int Fewest(in StepWork decode, in StepWork prefill, double limitS, int from)
    {
        // Latency falls with units, so the fewest that do are found by halving.
        var (low, high) = (from, _pairs.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (PairS(in decode, in prefill, middle) <= limitS)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private double PairS(in StepWork decode, in StepWork prefill, int pair) =>
        _latency.BesideS(Phase.Decode, in decode, _pairs[pair].DecodeUnits, in prefill, _pairs[pair].PrefillUnits);

    private double RestOfDecodeS(in Observation seen, in StepWork decode, in StepWork prefill)
    {
        var stepS = _latency.BesideS(Phase.Decode, in decode, seen.DecodeUnits, in prefill, Math.Max(1, Palette.AtMost(Phase.Prefill, _units - seen.DecodeUnits)));
        return Math.Max(0, seen.DecodeStartedS + stepS - seen.NowS);
    }

    /// <summary>A step beside a chunk that ends in <paramref name="endsInS"/>: beside it until then, and after it beside the next or alone.</summary>
    private double MixedS(in StepWork decode, int units, in StepWork prefill, int held, double endsInS, bool queued)
    {
        var besideS = _latency.BesideS(Phase.Decode, in decode, units, in prefill, held);
        if (queued || endsInS >= besideS)
        {
            return besideS;
        }

        return endsInS + ((1 - (endsInS / besideS)) * _latency.AloneS(Phase.Decode, in decode, units));
    }

    private int Floor(double share)
    {
        var pair = 0;
        while (pair < _pairs.Length - 1 && _pairs[pair].DecodeUnits < share * _units)
        {
            pair++;
        }

        return pair;
    }

    private Decision Made(Split split, Reason reason, RuleParameters by) =>
        new(Palette.Nearest(split), reason, by.ChunkTokens, by.Order, by.DemotionShare > 0 ? by.DemotionShare * PrefillRate.TokensPerS(_latency, _units) : 0, AdmitTokens: double.IsFinite(by.AdmitTokens) ? by.AdmitTokens : 0);
}
