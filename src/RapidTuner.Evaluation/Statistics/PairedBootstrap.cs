using RapidTuner.Core.Numerics;

namespace RapidTuner.Evaluation.Statistics;

/// <summary>
/// Percentile bootstrap over seeds (Efron 1979). All policies share the random numbers of a seed, so a comparison draws
/// seeds, not values: the same draw is used on both sides (COMPARISON §3).
/// </summary>
internal static class PairedBootstrap
{
    /// <summary>Coverage of the intervals.</summary>
    public const double Level = 0.95;

    /// <summary>Draws; enough that the ends of a 95 % interval move by less than a hundredth of its width.</summary>
    private const int Draws = 10_000;

    /// <summary>Mean of a value over seeds; null with fewer than two.</summary>
    public static Interval? OfMean(ReadOnlySpan<double> values) =>
        values.Length < 2 ? null : Of(values.ToArray(), static mean => mean);

    /// <summary>
    /// Geometric mean over seeds of value / baseline, seed by seed; null with fewer than two seeds or where a value or a baseline is
    /// not above 0 (a ratio of nothing).
    /// </summary>
    public static Interval? OfRatio(ReadOnlySpan<double> values, ReadOnlySpan<double> baselines)
    {
        if (values.Length != baselines.Length || values.Length < 2)
        {
            return null;
        }

        var logs = new double[values.Length];
        for (var i = 0; i < logs.Length; i++)
        {
            if (!(values[i] > 0 && baselines[i] > 0))
            {
                return null;
            }

            logs[i] = Math.Log(values[i] / baselines[i]);
        }

        return Of(logs, Math.Exp);
    }

    /// <summary>
    /// A share of unequal blocks, Σ part / Σ whole: blocks are drawn with their parts and wholes, so that the estimate is that over everything and
    /// not a mean of shares. Null with fewer than two blocks, or without a whole.
    /// </summary>
    public static Interval? OfShare(ReadOnlySpan<double> parts, ReadOnlySpan<double> wholes)
    {
        var (allParts, allWholes) = (Sum(parts), Sum(wholes));
        if (parts.Length != wholes.Length || parts.Length < 2 || !(allWholes > 0))
        {
            return null;
        }

        var rng = new Rng(1, "bootstrap");
        var shares = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var (part, whole) = (0.0, 0.0);
            for (var i = 0; i < parts.Length; i++)
            {
                var at = rng.NextInt(parts.Length);
                part += parts[at];
                whole += wholes[at];
            }

            // A draw of empty blocks alone says nothing of the share.
            shares[draw] = whole > 0 ? part / whole : allParts / allWholes;
        }

        return Ends(allParts / allWholes, shares, static share => share);
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static Interval Of(double[] values, Func<double, double> shown)
    {
        // One fixed seed: the draws are part of the method, not of the experiment, and rows share them.
        var rng = new Rng(1, "bootstrap");
        var means = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                sum += values[rng.NextInt(values.Length)];
            }

            means[draw] = sum / values.Length;
        }

        return Ends(values.Average(), means, shown);
    }

    private static Interval Ends(double estimate, double[] draws, Func<double, double> shown)
    {
        Array.Sort(draws);
        const double Tail = (1 - Level) / 2;
        return new Interval(shown(estimate), shown(draws[(int)(Tail * Draws)]), shown(draws[(int)((1 - Tail) * Draws) - 1]));
    }
}
