namespace RapidTuner.Core;

/// <summary>Units for each phase. Disjoint when they sum to at most the device's units, overlapped otherwise.</summary>
/// <param name="PrefillUnits">Units of prefill, counted from the device's first unit up.</param>
/// <param name="DecodeUnits">Units of decode, counted from the device's last unit down.</param>
public readonly record struct Split(int PrefillUnits, int DecodeUnits)
{
    /// <summary>Units that both phases may use on a device of <paramref name="deviceUnits"/>.</summary>
    public int OverlapUnits(int deviceUnits) => Math.Max(0, PrefillUnits + DecodeUnits - deviceUnits);

    /// <inheritdoc/>
    public override string ToString() => $"{PrefillUnits}p+{DecodeUnits}d";
}
