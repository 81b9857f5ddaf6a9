using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Policies;

/// <summary>
/// <c>atom</c>: the rule of ROCm/ATOM's RapidServe mode with masks (<c>_optimal_cu_fraction</c> in <c>atom/model_engine/scheduler.py</c>
/// at ffdf3bb, its pool of fractions in <c>model_runner.py</c>): no mask while no prompt is pending or fewer than 64 decode
/// tokens are in the batch; otherwise half of the units each, prefill the first half and decode the rest.
/// <para>
/// ATOM evaluates the rule for decode only when a prefill has just finished and keeps the answer until the next; so here a decode step
/// beside a running prefill keeps that prefill's choice. Tokens of speculation do not occur: decode tokens are sequences.
/// </para>
/// </summary>
internal sealed class AtomPolicy : IPolicy
{
    private readonly Decision _unmasked;
    private readonly Decision _half;
    private readonly int _decodeTokensMin;

    public AtomPolicy(UnitGrid grid, PolicySettings settings)
    {
        var half = grid.Disjoint(0.5);
        var all = new Split(grid.Units, grid.Units);
        Palette = new Palette(grid.Units, [half.PrefillUnits], [half.DecodeUnits]);
        _unmasked = new Decision(all, Reason.FewDecodeTokens, settings.ChunkTokens, settings.Order);
        _half = new Decision(half, Reason.Half, settings.ChunkTokens, settings.Order);
        _decodeTokensMin = settings.AtomDecodeTokens;
    }

    public string Name => "atom";

    public Palette Palette { get; }

    public Decision Decide(in Observation seen)
    {
        var load = Load.Of(in seen, 1);
        if (!load.PrefillPending)
        {
            return _unmasked with { Reason = Reason.PrefillIdle };
        }

        if (seen.Launching == Phase.Decode && seen.PrefillRunning)
        {
            return seen.PrefillUnits > _half.Split.PrefillUnits ? _unmasked : _half;
        }

        return load.DecodeSequences < _decodeTokensMin ? _unmasked : _half;
    }
}
