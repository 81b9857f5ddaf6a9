using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Tests;

/// <summary>
/// A device in four lines: compute in proportion to units, bandwidth full from 40 % of them, decode 1.2 times slower beside prefill
/// (unmasked: <see cref="UnmaskedSlowdown"/>). 304 units, a 70B-like model: 45 ms a decode step, 0.25 ms a prefill token.
/// </summary>
internal sealed class ToyDevice : IStepLatency
{
    public const int Units = 304;

    public static UnitGrid Grid { get; } = new(Units, 8, 8);

    /// <summary>Decode takes k eighths, prefill the rest.</summary>
    public static Palette PaletteOf(UnitGrid grid) => new(
        grid.Units,
        Eighths.Select(k => grid.Disjoint(1 - (k / 8.0)).PrefillUnits),
        Eighths.Select(k => grid.Disjoint(1 - (k / 8.0)).DecodeUnits));

    private static IEnumerable<int> Eighths => Enumerable.Range(1, 7);

    public double UnmaskedSlowdown { get; init; } = 1.3;

    public long Calls { get; private set; }

    public double AloneS(Phase phase, in StepWork work, int units)
    {
        Calls++;
        var share = (double)units / Units;
        return phase == Phase.Prefill
            ? 0.002 + (2.5e-4 * work.NewTokens / share) + (4e-10 * work.AttentionPairs / share)
            : (0.030 + (5e-5 * work.Sequences) + (8e-8 * work.ContextTokens)) / Math.Min(1, share / 0.4);
    }

    public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits)
    {
        var masked = units + besideUnits <= Units;
        var slowdown = !masked ? UnmaskedSlowdown : phase == Phase.Decode ? 1.2 : 1.04;
        return slowdown * AloneS(phase, in work, units);
    }
}
