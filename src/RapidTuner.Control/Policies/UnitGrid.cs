using RapidTuner.Core;
using RapidTuner.Core.Catalogue;

namespace RapidTuner.Control.Policies;

/// <summary>
/// The unit counts that a device can mask: multiples of its step from its minimum on, and the whole device
/// (<see cref="DeviceSpec.Allows"/>; H100: 132 units, step 8, min 8).
/// </summary>
public readonly record struct UnitGrid
{
    private readonly int _least;

    /// <summary>Describes a device's granularity.</summary>
    /// <param name="units">Units of the device, 1 or more.</param>
    /// <param name="step">Masked counts are multiples of this, 1 or more.</param>
    /// <param name="min">Least masked count, 1 to <paramref name="units"/>.</param>
    public UnitGrid(int units, int step, int min)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(min, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(min, units);
        Units = units;
        Step = step;
        _least = Math.Min(units, (min + step - 1) / step * step);
    }

    /// <summary>Units of the device.</summary>
    public int Units { get; }

    /// <summary>Units between two allowed counts.</summary>
    public int Step { get; }

    /// <summary>Least allowed count; the whole device where nothing less is allowed.</summary>
    public int Least => _least;

    /// <summary>True when two disjoint allowed counts exist.</summary>
    public bool CanSplit => Units >= 2 * Least;

    /// <summary>The grid of <paramref name="device"/>.</summary>
    public static UnitGrid Of(DeviceSpec device) => new(device.Units, device.Step, device.MinUnits);

    /// <summary>The largest allowed count that is at most <paramref name="units"/>; <see cref="Least"/> when none is.</summary>
    public int AtMost(int units)
    {
        if (units >= Units)
        {
            return Units;
        }

        return units <= Least ? Least : units / Step * Step;
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
    public Split Disjoint(double prefillShare)
    {
        if (!CanSplit)
        {
            return new Split(Units, Units);
        }

        var prefill = Math.Min(Nearest(prefillShare * Units), AtMost(Units - Least));
        return new Split(prefill, AtMost(Units - prefill));
    }
}
