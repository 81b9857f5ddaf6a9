namespace RapidTuner.Telemetry.Features;

/// <summary>One feature of a window.</summary>
public sealed class Feature
{
    internal Feature(string name, string unit, string description, Func<WindowSums, double, double> of) =>
        (Name, Unit, Description, Of) = (name, unit, description, of);

    /// <summary>Name, also its column's name in every store.</summary>
    public string Name { get; }

    /// <summary>Unit: "s", "1/s", "tokens", "share" (0–1) or "1" (a number of things).</summary>
    public string Unit { get; }

    /// <summary>What it is, in a sentence.</summary>
    public string Description { get; }

    /// <summary>The value from a window's sums and its width in seconds.</summary>
    internal Func<WindowSums, double, double> Of { get; }
}
