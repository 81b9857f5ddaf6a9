using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Bench.Cpu;

/// <summary>Draws a split of the palette, disjoint or overlapped, and holds it for a quarter of a second: a log that has seen everything.</summary>
internal sealed class RandomSplits(Palette palette, ulong seed) : IPolicy
{
    private const double HoldS = 0.25;

    private readonly Rng _rng = new(seed, "splits");
    private Split _split = new(palette.DeviceUnits, palette.DeviceUnits);
    private double _untilS;

    public string Name => "random";

    public Palette Palette => palette;

    public Decision Decide(in Observation seen)
    {
        if (seen.NowS >= _untilS)
        {
            _untilS = seen.NowS + HoldS;
            var prefill = palette.PrefillUnits[_rng.NextInt(palette.PrefillUnits.Length)];
            var rest = palette.AtMost(Phase.Decode, palette.DeviceUnits - prefill);
            _split = new Split(prefill, rest == 0 || _rng.NextInt(4) == 0 ? palette.DeviceUnits : rest);
        }

        return new Decision { Split = _split, Reason = Reason.Fixed };
    }
}
