using RapidTuner.Learning.Trees;

namespace RapidTuner.Learning.Latency;

/// <summary>What is known of one phase: the law's constants, trees of its log-residual, intervals, and where samples lay.</summary>
/// <param name="Constants">Constants of the law (logarithms, <see cref="StepLawConstants"/>).</param>
/// <param name="Trees">Trees of the log-residual; null: the law alone.</param>
/// <param name="Offsets">Interval per <see cref="LatencyRegime"/>.</param>
/// <param name="Least">Least value of each feature among the samples.</param>
/// <param name="Greatest">Greatest value of each feature among the samples.</param>
internal sealed record PhaseLatency(double[] Constants, TreeEnsemble? Trees, LatencyOffsets[] Offsets, double[] Least, double[] Greatest)
{
    /// <summary>Regimes.</summary>
    public const int Regimes = 3;

    /// <summary>Half a width, as a logarithm, where nothing was measured: a factor of 2. Chosen.</summary>
    public const double UnknownLogWidth = 0.7;

    /// <summary>What is believed of a phase before any sample.</summary>
    public static PhaseLatency Prior { get; } = new(
        [.. StepLawConstants.Prior],
        null,
        [.. Enumerable.Repeat(new LatencyOffsets(-UnknownLogWidth, 0, UnknownLogWidth, 0), Regimes)],
        [.. Enumerable.Repeat(double.NegativeInfinity, LatencyFeatures.Count)],
        [.. Enumerable.Repeat(double.PositiveInfinity, LatencyFeatures.Count)]);

    /// <summary>
    /// How far a row lies outside of what was sampled: the sum of its features' distances from their range, in logarithms (shares:
    /// in shares); 0 inside. Intervals grow by it.
    /// </summary>
    public double Beyond(ReadOnlySpan<double> row)
    {
        var beyond = 0.0;
        for (var f = 0; f < LatencyFeatures.Ranged; f++)
        {
            beyond += Math.Max(0, Math.Max(Least[f] - row[f], row[f] - Greatest[f]));
        }

        return beyond;
    }
}
