using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Policies;

/// <summary>
/// <c>nexus</c>: Nexus's partitioning (arXiv 2507.06608v3; Shi, Cai, Du, Jia 2025): below 70 % KV use prefill goes first and decode may be
/// slowed by β, above it decode goes first and prefill may be slowed by α (§4.1.2); a greedy search gives the phase that goes first
/// all units that leave the other within its limit (§4.1.3, Algorithm 1); a change within δ is not made (§4.2).
/// <para>
/// Differences: shares are the palette's instead of percents. With an ITL margin above 0, decode's limit is
/// max(β · T_opt, margin · ITL) in both modes, which the paper's rule, blind to the SLO, lacks: it frees units for prefill where the ITL
/// allows, and keeps decode within it where prefill's limit would not. Margin 0 is the paper's rule.
/// </para>
/// </summary>
internal sealed class NexusPolicy : IPolicy
{
    private const int WholeDevice = -1;

    private readonly NexusCostModel _costs;
    private readonly Split[] _pairs;
    private readonly Decision _all;
    private readonly PolicySettings _settings;
    private readonly double _itlLimitS;
    private readonly double _hysteresisUnits;

    public NexusPolicy(PolicyContext context, PolicySettings settings)
    {
        Palette = context.Palette;
        _pairs = DisjointPairs.Of(Palette);
        _costs = new NexusCostModel(context.Solo, context.Roofline, _pairs);
        _all = new Decision(new Split(context.Grid.Units, context.Grid.Units), Reason.DecodeIdle, settings.ChunkTokens, settings.Order);
        _settings = settings;
        _itlLimitS = context.ItlLimitS;
        _hysteresisUnits = settings.NexusHysteresisShare * context.Grid.Units;
    }

    public string Name => "nexus";

    public Palette Palette { get; }

    public Decision Decide(in Observation seen)
    {
        var load = Load.Of(in seen, _itlLimitS);
        if (load.DecodeSequences == 0 || _pairs.Length == 0)
        {
            return _all;
        }

        if (!load.PrefillPending)
        {
            return _all with { Reason = Reason.PrefillIdle };
        }

        var prefill = Load.PrefillOf(in seen, _settings.ChunkTokens);
        var current = DisjointPairs.NearestDecode(_pairs, seen.Split.DecodeUnits);
        var decodeFirst = 1 - seen.KvFreeShare > _settings.NexusKvUseShare;
        var wanted = decodeFirst
            ? DecodeFirst(in load, in prefill, current)
            : PrefillFirst(in load, in prefill, current);
        if (_pairs[current] == seen.Split && Math.Abs(_pairs[wanted].DecodeUnits - seen.Split.DecodeUnits) <= _hysteresisUnits && wanted != current)
        {
            return _all with { Split = seen.Split, Reason = Reason.Hysteresis };
        }

        return _all with { Split = _pairs[wanted], Reason = decodeFirst ? Reason.DecodeFirst : Reason.PrefillFirst };
    }

    /// <summary>Prefill takes units (the index falls) as long as decode stays within its limit.</summary>
    private int PrefillFirst(in Load load, in StepWork prefill, int current)
    {
        var limitS = DecodeLimitS(in load, in prefill);
        var pair = current;
        while (pair < _pairs.Length - 1 && DecodeS(in load, in prefill, pair) > limitS)
        {
            pair++;
        }

        while (pair > 0 && DecodeS(in load, in prefill, pair - 1) <= limitS)
        {
            pair--;
        }

        return pair;
    }

    /// <summary>Decode takes units (the index rises) as long as prefill stays within its limit; it never falls below its own where it has one.</summary>
    private int DecodeFirst(in Load load, in StepWork prefill, int current)
    {
        var limitS = _settings.NexusAlpha * _costs.PrefillS(in prefill, WholeDevice);
        var pair = current;
        while (pair > 0 && _costs.PrefillS(in prefill, pair) > limitS)
        {
            pair--;
        }

        while (pair < _pairs.Length - 1 && _costs.PrefillS(in prefill, pair + 1) <= limitS)
        {
            pair++;
        }

        if (_settings.ItlMargin > 0)
        {
            var decodeLimitS = DecodeLimitS(in load, in prefill);
            while (pair < _pairs.Length - 1 && DecodeS(in load, in prefill, pair) > decodeLimitS)
            {
                pair++;
            }
        }

        return pair;
    }

    private double DecodeLimitS(in Load load, in StepWork prefill) =>
        Math.Max(_settings.NexusBeta * DecodeS(in load, in prefill, WholeDevice), _settings.ItlMargin * load.ItlLimitS);

    private double DecodeS(in Load load, in StepWork prefill, int pair) =>
        _costs.DecodeS(load.DecodeSequences, load.DecodeContextTokens, in prefill, pair);
}
