using RapidTuner.Control.Profiles;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Policies;

/// <summary>
/// <c>rapid</c>: RAPID-Serve's Adaptive Resource Management (arXiv 2601.11822 §4; Masood, Gaur, Jayasena 2026). At low decode load
/// both phases may use every unit; where contention would break the ITL, decode gets the fewest units that an
/// offline profile by batch says keep it, and prefill the rest.
/// <para>
/// "Low load" is where decode measured beside an unmasked prefill chunk keeps margin × ITL. The table is by batch and context, since
/// batch alone says little of a step on long contexts. The margin stands for the contention that a solo table does not hold.
/// </para>
/// </summary>
internal sealed class RapidPolicy : IPolicy
{
    private const int UnmaskedChunkMax = 8192;

    private readonly SoloProfile _solo;
    private readonly UnmaskedProfile _unmasked;
    private readonly Split[] _pairs;
    private readonly Decision _all;
    private readonly double _itlLimitS;
    private readonly double _margin;

    public RapidPolicy(PolicyContext context, PolicySettings settings)
    {
        Palette = context.Palette;
        _solo = context.Solo;
        _unmasked = context.Unmasked(Math.Min(settings.ChunkTokens, UnmaskedChunkMax));
        _pairs = DisjointPairs.Of(Palette);
        _all = new Decision(new Split(context.Grid.Units, context.Grid.Units), Reason.OverAllocated, settings.ChunkTokens, settings.Order);
        _itlLimitS = context.ItlLimitS;
        _margin = settings.ItlMargin;
    }

    public string Name => "rapid";

    public Palette Palette { get; }

    public Decision Decide(in Observation seen)
    {
        var load = Load.Of(in seen, _itlLimitS);
        if (load.DecodeSequences == 0)
        {
            return _all with { Reason = Reason.DecodeIdle };
        }

        if (!load.PrefillPending)
        {
            return _all with { Reason = Reason.PrefillIdle };
        }

        var targetS = _margin * load.ItlLimitS;
        if (_pairs.Length == 0 || HoldsEveryUnit(in seen) || _unmasked.DecodeS(load.DecodeSequences, load.DecodeContextTokens) <= targetS)
        {
            return _all;
        }

        return Smallest(in load, targetS);
    }

    /// <summary>A running prefill that was launched without a mask keeps every unit until it ends: decode can only share them.</summary>
    private bool HoldsEveryUnit(in Observation seen) =>
        seen.Launching == Phase.Decode && seen.PrefillRunning && seen.PrefillUnits >= _all.Split.PrefillUnits;

    private Decision Smallest(in Load load, double targetS)
    {
        Span<double> latencyS = stackalloc double[DisjointPairs.CountMax];
        _solo.DecodeS(load.DecodeSequences, load.DecodeContextTokens, latencyS);
        for (var i = 0; i < _pairs.Length; i++)
        {
            if (latencyS[i] <= targetS)
            {
                return _all with { Split = _pairs[i], Reason = Reason.SmallestDecode };
            }
        }

        return _all with { Split = _pairs[^1], Reason = Reason.DecodeBound };
    }
}
