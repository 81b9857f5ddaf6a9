namespace RapidTuner.Core.Catalogue;

/// <summary>A <see cref="Constant"/> as it is written in a file.</summary>
internal sealed class ConstantForm
{
    public double Value { get; set; }

    public double Low { get; set; }

    public double High { get; set; }

    public string Unit { get; set; } = "";

    public string Source { get; set; } = "";
}
