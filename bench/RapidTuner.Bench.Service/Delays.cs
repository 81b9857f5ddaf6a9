namespace RapidTuner.Bench.Service;

/// <summary>What one arm of the comparison saw.</summary>
/// <param name="Tokens">Tokens received.</param>
/// <param name="WallS">First request to last token, seconds.</param>
/// <param name="ProcessorS">Processor time of the whole process in that time, seconds.</param>
/// <param name="Sorted">From the engine's instant of a token to its arrival at the client, seconds, ascending.</param>
internal sealed record Delays(long Tokens, double WallS, double ProcessorS, double[] Sorted)
{
    /// <summary>Tokens per second.</summary>
    public double TokensPerS => Tokens / WallS;

    /// <summary>A percentile by nearest rank, seconds.</summary>
    public double At(double share) => Sorted[(int)Math.Ceiling(share * Sorted.Length) - 1];
}
