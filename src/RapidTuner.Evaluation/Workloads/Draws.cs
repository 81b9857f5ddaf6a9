using RapidTuner.Core.Numerics;

namespace RapidTuner.Evaluation.Workloads;

/// <summary>Random variates that traces are made of, from our own generator.</summary>
internal static class Draws
{
    /// <summary>Gamma with the given shape (&gt; 0) and scale 1. Marsaglia and Tsang 2000; shapes below 1 by their power of a uniform.</summary>
    public static double Gamma(Rng rng, double shape)
    {
        if (shape < 1)
        {
            var below = 1 - rng.NextDouble();
            return Gamma(rng, shape + 1) * Math.Pow(below, 1 / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = rng.NextGaussian();
            var v = 1 + (c * x);
            if (v <= 0)
            {
                continue;
            }

            v = v * v * v;
            if (Math.Log(1 - rng.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    /// <summary>Weibull with the given shape (&gt; 0) and scale 1.</summary>
    public static double Weibull(Rng rng, double shape) => Math.Pow(rng.NextExponential(), 1 / shape);

    /// <summary>A whole number whose mean is <paramref name="mean"/>: its floor, or one more with the probability of the rest.</summary>
    public static int Rounded(Rng rng, double mean)
    {
        var floor = Math.Floor(mean);
        return (int)floor + (rng.NextDouble() < mean - floor ? 1 : 0);
    }
}
