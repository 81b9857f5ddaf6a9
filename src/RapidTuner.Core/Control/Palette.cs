namespace RapidTuner.Core.Control;

/// <summary>
/// The few unit counts per phase for which a deployment holds streams and graphs (DESIGN §1). The whole device is always
/// allowed and free: it needs no masked stream.
/// </summary>
public sealed class Palette
{
    private readonly int[] _prefillAtMost;
    private readonly int[] _decodeAtMost;
    private readonly int[] _prefillNearest;
    private readonly int[] _decodeNearest;

    /// <summary>Builds a palette for a device of <paramref name="deviceUnits"/>.</summary>
    /// <param name="deviceUnits">Units of the device.</param>
    /// <param name="prefillUnits">Masked unit counts of prefill, 1 to <paramref name="deviceUnits"/>; order and repeats do not matter.</param>
    /// <param name="decodeUnits">Masked unit counts of decode, likewise.</param>
    public Palette(int deviceUnits, IEnumerable<int> prefillUnits, IEnumerable<int> decodeUnits)
    {
        DeviceUnits = deviceUnits;
        PrefillUnits = Clean(prefillUnits, deviceUnits);
        DecodeUnits = Clean(decodeUnits, deviceUnits);
        _prefillAtMost = AtMost(PrefillUnits, deviceUnits);
        _decodeAtMost = AtMost(DecodeUnits, deviceUnits);
        _prefillNearest = Nearest(PrefillUnits, deviceUnits);
        _decodeNearest = Nearest(DecodeUnits, deviceUnits);
    }

    /// <summary>Units of the device.</summary>
    public int DeviceUnits { get; }

    /// <summary>Allowed unit counts of prefill, rising, the whole device last.</summary>
    public int[] PrefillUnits { get; }

    /// <summary>Allowed unit counts of decode, rising, the whole device last.</summary>
    public int[] DecodeUnits { get; }

    /// <summary>Masked streams that this palette holds: every entry but the whole device.</summary>
    public int MaskedStreams => PrefillUnits.Length + DecodeUnits.Length - 2;

    /// <summary>A palette without masks: both phases on the whole device.</summary>
    public static Palette Unmasked(int deviceUnits) => new(deviceUnits, [], []);

    /// <summary>The largest allowed count of <paramref name="phase"/> that is at most <paramref name="units"/>; 0 when none is.</summary>
    public int AtMost(Phase phase, int units) =>
        (phase == Phase.Prefill ? _prefillAtMost : _decodeAtMost)[Math.Clamp(units, 0, DeviceUnits)];

    /// <summary>The allowed count of <paramref name="phase"/> nearest to <paramref name="units"/> (the smaller of two equally near).</summary>
    public int Nearest(Phase phase, int units) =>
        (phase == Phase.Prefill ? _prefillNearest : _decodeNearest)[Math.Clamp(units, 0, DeviceUnits)];

    /// <summary>The nearest allowed split, each phase by itself.</summary>
    public Split Nearest(Split wanted) =>
        new(Nearest(Phase.Prefill, wanted.PrefillUnits), Nearest(Phase.Decode, wanted.DecodeUnits));

    private static int[] Clean(IEnumerable<int> units, int deviceUnits)
    {
        var sorted = new SortedSet<int>(units) { deviceUnits };
        if (sorted.Min < 1 || sorted.Max > deviceUnits)
        {
            throw new ArgumentOutOfRangeException(nameof(units), $"palette entries must be 1 to {deviceUnits}");
        }

        return [.. sorted];
    }

    private static int[] AtMost(int[] allowed, int deviceUnits)
    {
        var table = new int[deviceUnits + 1];
        for (var units = 0; units <= deviceUnits; units++)
        {
            table[units] = allowed.LastOrDefault(a => a <= units);
        }

        return table;
    }

    private static int[] Nearest(int[] allowed, int deviceUnits)
    {
        var table = new int[deviceUnits + 1];
        for (var units = 0; units <= deviceUnits; units++)
        {
            var u = units;
            table[units] = allowed.MinBy(a => (Math.Abs(a - u), a));
        }

        return table;
    }
}
