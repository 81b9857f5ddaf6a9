using RapidTuner.Core.Numerics;

namespace RapidTuner.Control.Trust;

/// <summary>
/// Bounds of a mean difference between blocks by randomisation, the one thing that a switchback guarantees: had the arms been the same, every
/// difference could as well have had the other sign. The bound is the shift at which the test would just reject. Seeded, hence reproducible.
/// </summary>
public static class BlockTest
{
    private const int Draws = 2_000;
    private const int Halvings = 40;

    /// <summary>Lower bound of the mean of paired differences; -∞ without any.</summary>
    /// <param name="differences">Challenger's minus champion's share, one per pair.</param>
    /// <param name="error">Probability of a bound above the truth, over 0 to 0.5.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static double Lower(IReadOnlyList<double> differences, double error, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(differences);
        if (differences.Count == 0)
        {
            return double.NegativeInfinity;
        }

        var mean = differences.Average();
        var (low, high) = (mean - 2, mean);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            if (ProbabilityAbove(differences, middle, mean, seed) <= error)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Upper bound, likewise.</summary>
    public static double Upper(IReadOnlyList<double> differences, double error, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(differences);
        return -Lower([.. differences.Select(d => -d)], error, seed);
    }

    // Chance of a mean at least as high as seen, were the true difference `shift`.
    private static double ProbabilityAbove(IReadOnlyList<double> differences, double shift, double mean, ulong seed)
    {
        var rng = new Rng(seed, "block test");
        var above = 0;
        for (var draw = 0; draw < Draws; draw++)
        {
            var sum = 0.0;
            var bits = 0UL;
            for (var i = 0; i < differences.Count; i++)
            {
                bits = i % 64 == 0 ? rng.NextBits() : bits >> 1;
                var away = differences[i] - shift;
                sum += (bits & 1) == 0 ? away : -away;
            }

            above += sum >= ((mean - shift) * differences.Count) - 1e-12 ? 1 : 0;
        }

        return (above + 1.0) / (Draws + 1.0);
    }
}
