using RapidTuner.Control.Profiles;
using RapidTuner.Core;

namespace RapidTuner.Control.Learned;

/// <summary>A phase's latency alone, read from a profile at any unit count: one that was not measured is read at the nearest that was. Reading allocates nothing.</summary>
internal sealed class SoloLatency
{
    private const double LeastS = 1e-9;

    private readonly SoloProfile _solo;
    private readonly int[] _decodeIndex;
    private readonly int[] _prefillIndex;

    /// <summary>Latencies of <paramref name="solo"/>'s palette.</summary>
    public SoloLatency(SoloProfile solo)
    {
        _solo = solo;
        var palette = solo.Palette;
        _decodeIndex = [.. Enumerable.Range(0, palette.DeviceUnits + 1).Select(u => Array.IndexOf(palette.DecodeUnits, palette.Nearest(Phase.Decode, u)))];
        _prefillIndex = [.. Enumerable.Range(0, palette.DeviceUnits + 1).Select(u => Array.IndexOf(palette.PrefillUnits, palette.Nearest(Phase.Prefill, u)))];
    }

    /// <summary>Seconds of a step alone, above 0.</summary>
    public double Of(Phase phase, in StepWork work, int units) => Math.Max(LeastS, phase == Phase.Decode
        ? _solo.DecodeS(work.Sequences, work.ContextTokens, Index(phase, units))
        : _solo.PrefillS(in work, Index(phase, units)));

    /// <summary>Place in the palette of the unit count that is read for <paramref name="units"/>.</summary>
    public int Index(Phase phase, int units)
    {
        var indices = phase == Phase.Decode ? _decodeIndex : _prefillIndex;
        return indices[Math.Clamp(units, 0, indices.Length - 1)];
    }
}
