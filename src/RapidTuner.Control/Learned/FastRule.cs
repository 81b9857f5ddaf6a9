using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Learned;

/// <summary>
/// Deadline-driven sizing of decode (docs/policy.md). Every member of the batch has a deadline for its next token: one limit after its
/// latest. A step is given the fewest units predicted to keep the earliest of them, and prefill the rest; what joins has been waiting
/// since its prompt ended, and a chunk that ends in mid-step makes its requests wait for the rest of that step and all of the next.
/// </summary>
internal sealed class FastRule
{
    // A chunk is meant to end this much of its time before the decode step does: a prediction misses by a few hundredths.
    private const double EndsBefore = 0.97;

    private const int ProbeTokens = 2048;

    private readonly IStepLatency _latency;
    private readonly Split[] _pairs;
    private readonly int _units;
    private readonly double _itlLimitS;
    private readonly double _prefillTokensPerS;

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
        var probe = StepWork.Prefill(1, ProbeTokens, 0);
        _prefillTokensPerS = probe.NewTokens / latency.AloneS(Phase.Prefill, in probe, _units);
    }

    /// <summary>The unit counts it chooses from.</summary>
    public Palette Palette { get; }

    /// <summary>The decision for the step about to be launched.</summary>
    public Decision Decide(in Observation seen, RuleParameters by)
    {
        var load = Load.Of(in seen, _itlLimitS);
        var all = new Split(_units, _units);
        if (load.DecodeSequences == 0 || !load.PrefillPending || _pairs.Length == 0)
        {
            return Made(all, load.DecodeSequences == 0 ? Reason.DecodeIdle : load.PrefillPending ? Reason.OverAllocated : Reason.PrefillIdle, by, by.ChunkTokens);
        }

        var decode = StepWork.Decode(load.DecodeSequences, (long)load.DecodeContextTokens);
        var prefill = Load.PrefillOf(in seen, by.ChunkTokens);
        if (by.FixedPrefillShare > 0)
        {
            return Fixed(in decode, in prefill, load.ItlLimitS, by);
        }

        var limitS = by.Margin * load.ItlLimitS;
        var joinS = by.JoinItls * load.ItlLimitS;
        if (seen.Launching == Phase.Decode && seen.PrefillRunning)
        {
            return BesideRunning(in seen, in decode, in prefill, limitS, joinS, by);
        }

        return AtPrefill(in seen, in decode, in prefill, limitS, joinS, by);
    }

    /// <summary>The fixed pair; a chunk is as long as its cap allows.</summary>
    private Decision Fixed(in StepWork decode, in StepWork prefill, double itlLimitS, RuleParameters by)
    {
        var pair = 0;
        for (var i = 1; i < _pairs.Length; i++)
        {
            pair = Math.Abs(_pairs[i].PrefillUnits - (by.FixedPrefillShare * _units)) < Math.Abs(_pairs[pair].PrefillUnits - (by.FixedPrefillShare * _units)) ? i : pair;
        }

        if (by.ChunkTimeItls == 0)
        {
            return Made(_pairs[pair], Reason.Fixed, by, by.ChunkTokens);
        }

        var chunkS = _latency.BesideS(Phase.Prefill, in prefill, _pairs[pair].PrefillUnits, in decode, _pairs[pair].DecodeUnits);
        var tokens = by.ChunkTimeItls * itlLimitS * prefill.NewTokens / chunkS;
        return Made(_pairs[pair], Reason.Fixed, by, (int)Math.Clamp(tokens, Math.Min(by.ChunkTokensMin, by.ChunkTokens), by.ChunkTokens) / 16 * 16);
    }

    /// <summary>Both phases are about to start, or prefill is beside a running decode step: the pair for the chunk's whole length.</summary>
    private Decision AtPrefill(in Observation seen, in StepWork decode, in StepWork prefill, double limitS, double joinS, RuleParameters by)
    {
        var restS = seen.DecodeRunning && seen.Launching == Phase.Prefill ? RestOfDecodeS(in seen, in decode, in prefill) : 0;
        var waitedS = Math.Max(WaitedS(seen.DecodeJoiningSinceS, seen.NowS), seen.DecodeRunning ? 0 : WaitedS(seen.DecodeLastTokenS, seen.NowS));
        var floor = Floor(by.DecodeFloorShare);
        var steady = Fewest(in decode, in prefill, Math.Min(limitS, by.StepItls * limitS / by.Margin), floor, out var steadyS);
        var (pair, stepS, capS) = (steady, steadyS, by.ChunkTimeItls > 0 ? by.ChunkTimeItls * limitS / by.Margin : double.PositiveInfinity);
        var leftS = Math.Min(joinS, limitS) - waitedS - restS;
        if (waitedS > 0 && joinS < 2 * limitS && steadyS > leftS)
        {
            // Those who join need more than the rest of the batch, for one step: the chunk is cut to end with it.
            var quick = Fewest(in decode, in prefill, leftS, steady, out var quickS);
            if (quickS <= leftS)
            {
                (pair, stepS, capS) = (quick, quickS, by.Aligns ? Math.Min(capS, restS + quickS) : capS);
            }
        }

        return Made(_pairs[pair], Reasoned(pair), by, Chunk(in seen, in decode, in prefill, pair, restS, stepS, capS, limitS, joinS, by));
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
            return Made(new Split(held, _units), Reason.OverAllocated, by, by.ChunkTokens);
        }

        var stepS = _latency.BesideS(Phase.Decode, in decode, most, in prefill, held);
        var endsInS = seen.PrefillStartedS + _latency.BesideS(Phase.Prefill, in prefill, held, in decode, most) - seen.NowS;
        if (endsInS < stepS)
        {
            return EndsWithin(in seen, in decode, in prefill, stepLimitS, limitS, joinS, Math.Max(0, endsInS), most, by);
        }

        if (stepS > stepLimitS && by.Borrows)
        {
            return Borrowed(in decode, in prefill, held, most, stepS, stepLimitS, by);
        }

        // The chunk outlasts this step, so that units left over now would serve nobody.
        return Made(new Split(held, most), stepS <= stepLimitS ? Reason.SmallestDecode : Reason.DecodeBound, by, by.ChunkTokens);
    }

    /// <summary>
    /// The chunk ends x seconds from now, within this step. The next chunk can only have what this step leaves, so the fewest units are
    /// taken that keep this step's deadlines and let those who join then get their next token in time. Where none do, decode waits for the
    /// chunk's end, if its own deadlines allow.
    /// </summary>
    private Decision EndsWithin(in Observation seen, in StepWork decode, in StepWork prefill, double stepLimitS, double limitS, double joinS, double endsInS, int most, RuleParameters by)
    {
        var held = seen.PrefillUnits;
        var queued = seen.PrefillQueued > 0;
        var completes = seen.PrefillCompletes > 0;
        var next = completes ? Joined(in seen, in decode) : decode;
        var nextS = queued ? PairS(in next, in prefill, Fewest(in next, in prefill, Math.Min(limitS, by.StepItls * limitS / by.Margin), Floor(by.DecodeFloorShare), out _)) : _latency.AloneS(Phase.Decode, in next, _units);
        for (var i = Floor(by.DecodeFloorShare); i < _pairs.Length && _pairs[i].DecodeUnits <= most; i++)
        {
            var units = _pairs[i].DecodeUnits;
            var stepS = MixedS(in decode, units, in prefill, held, endsInS, queued);
            if (stepS <= stepLimitS && (!completes || stepS - endsInS + nextS <= joinS))
            {
                return Made(new Split(held, units), queued ? Reason.SmallestDecode : Reason.PrefillEnding, by, by.ChunkTokens);
            }
        }

        if (completes && by.Holds)
        {
            var waitedS = Math.Max(WaitedS(seen.DecodeJoiningSinceS, seen.NowS), WaitedS(seen.DecodeLastTokenS, seen.NowS));
            if (waitedS + endsInS + nextS <= limitS)
            {
                return Made(new Split(held, most), Reason.Held, by, by.ChunkTokens) with { HoldsDecode = true };
            }
        }

        return Made(new Split(held, most), queued ? Reason.SmallestDecode : Reason.PrefillEnding, by, by.ChunkTokens);
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

        return Made(new Split(held, best), bestS <= limitS ? Reason.OverAllocated : Reason.DecodeBound, by, by.ChunkTokens);
    }

    /// <summary>
    /// Tokens of the chunk: as many as the caps allow, and fewer where it would end at a moment from which those whose prompts it completes
    /// could not join in time: so late after a decode step's start that decode cannot wait for it, and so early that they would wait too long
    /// for that step.
    /// </summary>
    private int Chunk(in Observation seen, in StepWork decode, in StepWork prefill, int pair, double restS, double stepS, double capS, double limitS, double joinS, RuleParameters by)
    {
        var least = Math.Min(by.ChunkTokensMin, by.ChunkTokens);
        var drains = seen.PrefillQueuedTokens > 0 && seen.PrefillQueuedTokens <= by.ChunkTokens;
        var tokens = drains ? (int)seen.PrefillQueuedTokens : by.ChunkTokens;
        var chunkS = ChunkS(in prefill, tokens, in decode, pair);
        if (chunkS > capS)
        {
            tokens = Math.Max(least, (int)(tokens * capS / chunkS));
            drains = false;
            chunkS = ChunkS(in prefill, tokens, in decode, pair);
        }

        if (by.Aligns)
        {
            var nextS = drains ? _latency.AloneS(Phase.Decode, in decode, _units) : stepS;
            var afterS = chunkS - restS;
            var lateS = afterS - (Math.Floor(afterS / stepS) * stepS);
            var holdMostS = by.Holds ? Math.Max(0, limitS - nextS) : 0;
            if (lateS > holdMostS && lateS < stepS + nextS - joinS)
            {
                var wantedS = chunkS - (lateS - (EndsBefore * holdMostS)) - ((1 - EndsBefore) * (holdMostS > 0 ? 0 : chunkS));
                tokens = (int)(tokens * Math.Max(0, wantedS) / chunkS);
            }
        }

        tokens = Math.Clamp(tokens, least, by.ChunkTokens);
        return drains && tokens >= seen.PrefillQueuedTokens ? by.ChunkTokens : Math.Max(16, tokens / 16 * 16);
    }

    private double ChunkS(in StepWork prefill, int tokens, in StepWork decode, int pair)
    {
        var share = (double)tokens / prefill.NewTokens;
        var chunk = prefill with { NewTokens = tokens, AttentionPairs = prefill.AttentionPairs * share };
        return _latency.BesideS(Phase.Prefill, in chunk, _pairs[pair].PrefillUnits, in decode, _pairs[pair].DecodeUnits);
    }

    private int Fewest(in StepWork decode, in StepWork prefill, double limitS, int from, out double stepS)
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

        stepS = PairS(in decode, in prefill, low);
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

    private Reason Reasoned(int pair) => pair == _pairs.Length - 1 ? Reason.DecodeBound : Reason.SmallestDecode;

    private Decision Made(Split split, Reason reason, RuleParameters by, int chunkTokens) =>
        new(Palette.Nearest(split), reason, chunkTokens, by.Order, by.DemotionShare * _prefillTokensPerS);
}
