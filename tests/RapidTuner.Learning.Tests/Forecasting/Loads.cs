using RapidTuner.Core.Numerics;

namespace RapidTuner.Learning.Tests.Forecasting;

/// <summary>Loads with known rates.</summary>
internal static class Loads
{
    /// <summary>Counts of arrivals per second at a rate that may change.</summary>
    public static double[] Poisson(int seconds, Func<int, double> rate, ulong seed = 1)
    {
        var rng = new Rng(seed, "load");
        var values = new double[seconds];
        for (var s = 0; s < seconds; s++)
        {
            for (var left = rate(s) - rng.NextExponential(); left > 0; left -= rng.NextExponential())
            {
                values[s]++;
            }
        }

        return values;
    }

    public static double[] Constant(int seconds, double value)
    {
        var values = new double[seconds];
        Array.Fill(values, value);
        return values;
    }
}
