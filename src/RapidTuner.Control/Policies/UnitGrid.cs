namespace RapidTuner.Control.Policies;

/// <summary>
/// The unit counts that a device can mask: <see cref="Min"/>, then every <see cref="Step"/> more, up to the whole device
/// (DESIGN §4; H100: 132 units, step 8, min 8).
/// </summary>
public readonly record struct UnitGrid
{
    /// <summary>Describes a device's granularity.</summary>
    /// <param name="units">Units of the device, 1 or more.</param>
    /// <param name="step">Units between two allowed counts, 1 or more.</param>
    /// <param name="min">Least allowed count, 1 to <paramref name="units"/>.</param>
    public UnitGrid(int units, int step, int min)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(min, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(min, units);
        Units = units;
        Step = step;
        Min = min;
    }

    /// <summary>Units of the device.</summary>
    public int Units { get; }

    /// <summary>Units between two allowed counts.</summary>
    public int Step { get; }

    /// <summary>Least allowed count.</summary>
    public int Min { get; }

    /// <summary>True when two disjoint parts of the allowed counts exist.</summary>
    public bool CanSplit => Units >= 2 * Min;

    /// <summary>The largest allowed count that is at most <paramref name="units"/>; <see cref="Min"/> when none is.</summary>
    public int AtMost(int units)
    {
        if (units >= Units)
        {
            return Units;
        }

        return units <= Min ? Min : Min + ((units - Min) / Step * Step);
    }

    /// <summary>The allowed count nearest to <paramref name="units"/>, the smaller of two equally near.</summary>
    public int Nearest(double units)
    {
        var below = AtMost((int)Math.Clamp(units, 0, Units));
        var above = Math.Min(below + Step, Units);
        return Math.Abs(above - units) < Math.Abs(units - below) ? above : below;
    }

    /// <summary>
    /// The disjoint split whose prefill share is nearest to <paramref name="prefillShare"/>: prefill an allowed count, decode the
    /// largest allowed count of the rest. Both phases share the whole device where it cannot be divided.
    /// </summary>
    public Core.Split Disjoint(double prefillShare)
    {
        if (!CanSplit)
        {
            return new Core.Split(Units, Units);
        }

        var prefill = Math.Min(Nearest(prefillShare * Units), AtMost(Units - Min));
        return new Core.Split(prefill, AtMost(Units - prefill));
    }
}
