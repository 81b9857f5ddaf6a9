namespace RapidTuner.Core.Catalogue;

/// <summary>What a number of a specification file may be; checked when the file is read.</summary>
/// <param name="min">Least value allowed.</param>
/// <param name="max">Greatest value allowed.</param>
/// <param name="unit">The unit that a <see cref="Constant"/> must be given in; empty for plain numbers.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BoundsAttribute(double min, double max, string unit = "") : Attribute
{
    /// <summary>Least value allowed.</summary>
    public double Min { get; } = min;

    /// <summary>Greatest value allowed.</summary>
    public double Max { get; } = max;

    /// <summary>The unit that a <see cref="Constant"/> must be given in.</summary>
    public string Unit { get; } = unit;
}
