namespace RapidTuner.Engine.Twin;

/// <summary>What chance adds to a step's latency in the twin. Defaults come from the stack's constants.</summary>
public sealed record TwinOptions
{
    /// <summary>Standard deviation of the logarithm of a step's latency; 0 to 1, default 0.02 (repeat noise of the measured tables).</summary>
    public double JitterSigma { get; init; } = 0.02;

    /// <summary>Share of steps that straggle, 0 to 1; default 0.0005.</summary>
    public double StragglerShare { get; init; } = 0.0005;

    /// <summary>Factor on a straggler's latency, 1 or more; default 2.</summary>
    public double StragglerFactor { get; init; } = 2;

    /// <summary>Seconds that a stream needs to change its units; default 4 µs (DESIGN §4).</summary>
    public double SwitchS { get; init; } = 4e-6;

    /// <summary>No noise at all.</summary>
    public static TwinOptions NoiseFree { get; } = new() { JitterSigma = 0, StragglerShare = 0 };
}
