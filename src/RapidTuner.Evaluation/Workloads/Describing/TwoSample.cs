namespace RapidTuner.Evaluation.Workloads.Describing;

/// <summary>Two-sample tests: do two samples come from one distribution?</summary>
internal static class TwoSample
{
    /// <summary>Terms of the Kolmogorov series; beyond them a term is below 1e-17 wherever the series is used.</summary>
    private const int Terms = 100;

    /// <summary>
    /// Kolmogorov-Smirnov: the largest distance of the two cumulative distributions, and the probability of one as large when
    /// both samples come from one continuous distribution (asymptotic, with Stephens's correction; ties make it conservative).
    /// Both arrays are sorted in place.
    /// </summary>
    public static TestResult KolmogorovSmirnov(double[] a, double[] b)
    {
        Array.Sort(a);
        Array.Sort(b);
        var (i, j, distance) = (0, 0, 0.0);
        while (i < a.Length && j < b.Length)
        {
            var at = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= at)
            {
                i++;
            }

            while (j < b.Length && b[j] <= at)
            {
                j++;
            }

            distance = Math.Max(distance, Math.Abs(((double)i / a.Length) - ((double)j / b.Length)));
        }

        var root = Math.Sqrt((double)a.Length * b.Length / (a.Length + b.Length));
        return new TestResult(distance, Kolmogorov((root + 0.12 + (0.11 / root)) * distance));
    }

    /// <summary>
    /// The difference of two rank correlations of <paramref name="na"/> and <paramref name="nb"/> pairs, and the probability of
    /// one as large when both are equal (Fisher's z with the variance 1.06/(n − 3) of rank correlations).
    /// </summary>
    public static TestResult Correlations(double a, int na, double b, int nb)
    {
        var z = Math.Abs(Math.Atanh(a) - Math.Atanh(b)) / Math.Sqrt((1.06 / Math.Max(1, na - 3)) + (1.06 / Math.Max(1, nb - 3)));
        return new TestResult(Math.Abs(a - b), double.IsNaN(z) ? 1 : 2 * MathNet.Numerics.Distributions.Normal.CDF(0, 1, -z));
    }

    private static double Kolmogorov(double lambda)
    {
        // The series alternates without converging for small arguments, where the probability is 1.
        if (lambda < 0.2)
        {
            return 1;
        }

        var (sum, sign) = (0.0, 1.0);
        for (var k = 1; k <= Terms; k++)
        {
            sum += sign * Math.Exp(-2.0 * k * k * lambda * lambda);
            sign = -sign;
        }

        return Math.Clamp(2 * sum, 0, 1);
    }
}
