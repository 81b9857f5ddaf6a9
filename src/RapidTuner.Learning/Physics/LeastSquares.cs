using MathNet.Numerics.LinearAlgebra;

namespace RapidTuner.Learning.Physics;

/// <summary>
/// Levenberg-Marquardt with a Gaussian prior on the constants and a robust loss: residuals beyond the noise count by their size,
/// not its square, so that a few odd measurements do not bend the law.
/// </summary>
internal static class LeastSquares
{
    /// <summary>Most iterations; a fit of the measured tables takes 10 to 40.</summary>
    private const int IterationsMax = 60;

    /// <summary>Relative improvement at which a fit ends.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>Residual of a logarithm (8 %) beyond which a row is taken for odd, where nothing else is known of the noise.</summary>
    public const double Noise = 0.08;

    /// <summary>Step of a logarithm for the numeric derivative.</summary>
    private const double Step = 1e-4;

    /// <summary>The constants of a roofline law that fit best.</summary>
    /// <param name="rows">What was done.</param>
    /// <param name="logs">Logarithms of what was measured.</param>
    /// <param name="weights">Weight per row.</param>
    /// <param name="prior">Constants to start from and to be drawn to.</param>
    /// <param name="spread">Standard deviation of each constant about the prior; 0: it stays.</param>
    public static double[] Fit(WorkRow[] rows, double[] logs, double[] weights, IReadOnlyList<double> prior, IReadOnlyList<double> spread) =>
        Fit(
            (constants, into) =>
            {
                var law = new RooflineLaw(constants);
                for (var i = 0; i < rows.Length; i++)
                {
                    into[i] = law.LogOf(in rows[i]);
                }
            },
            logs,
            weights,
            prior,
            spread,
            LawConstants.Start);

    /// <summary>The constants of any law that fit best.</summary>
    /// <param name="law">Writes the law's logarithm of every row for given constants.</param>
    /// <param name="logs">Logarithms of what was measured.</param>
    /// <param name="weights">Weight per row.</param>
    /// <param name="prior">Constants to start from and to be drawn to.</param>
    /// <param name="spread">Standard deviation of each constant about the prior; 0: it stays.</param>
    /// <param name="probe">Where it is tried which constants have an effect at all.</param>
    /// <param name="noise">Residual of a logarithm beyond which a row is taken for odd, over 0; the larger, the less rows say against the prior.</param>
    public static double[] Fit(
        Action<double[], double[]> law, double[] logs, double[] weights, IReadOnlyList<double> prior, IReadOnlyList<double> spread, IReadOnlyList<double> probe, double noise = Noise)
    {
        double[] at = [.. prior];
        int[] free = [.. Enumerable.Range(0, at.Length).Where(i => spread[i] > 0 && Matters(law, logs.Length, probe, i))];
        if (free.Length == 0 || logs.Length == 0)
        {
            return at;
        }

        var residuals = new double[logs.Length];
        var cost = Cost(law, logs, weights, at, prior, spread, free, noise, residuals);
        var damping = 1e-2;
        for (var iteration = 0; iteration < IterationsMax; iteration++)
        {
            var (normal, gradient) = Normal(law, logs, weights, at, prior, spread, free, noise, residuals);
            var improved = false;
            for (var attempt = 0; attempt < 8 && !improved; attempt++)
            {
                var next = Moved(normal, gradient, damping, at, free);
                var tried = new double[logs.Length];
                var nextCost = Cost(law, logs, weights, next, prior, spread, free, noise, tried);
                improved = nextCost < cost;
                damping = improved ? Math.Max(1e-9, damping / 5) : damping * 4;
                if (improved)
                {
                    var gain = (cost - nextCost) / cost;
                    (at, cost, residuals) = (next, nextCost, tried);
                    if (gain < Tolerance)
                    {
                        return at;
                    }
                }
            }

            if (!improved)
            {
                return at;
            }
        }

        return at;
    }

    /// <summary>True when a constant has an effect on any row.</summary>
    private static bool Matters(Action<double[], double[]> law, int rows, IReadOnlyList<double> probe, int constant)
    {
        double[] moved = [.. probe];
        moved[constant] += 0.5;
        var (before, after) = (new double[rows], new double[rows]);
        law([.. probe], before);
        law(moved, after);
        return before.Zip(after).Any(pair => Math.Abs(pair.First - pair.Second) > 1e-12);
    }

    private static double Cost(
        Action<double[], double[]> law, double[] logs, double[] weights, double[] at, IReadOnlyList<double> prior, IReadOnlyList<double> spread, int[] free, double noise,
        double[] residuals)
    {
        law(at, residuals);
        var cost = 0.0;
        for (var i = 0; i < logs.Length; i++)
        {
            residuals[i] -= logs[i];
            cost += weights[i] * Rho(residuals[i] / noise);
        }

        foreach (var k in free)
        {
            cost += Math.Pow((at[k] - prior[k]) / spread[k], 2);
        }

        return double.IsFinite(cost) ? cost : double.PositiveInfinity;
    }

    /// <summary>Pseudo-Huber loss in units of the noise.</summary>
    private static double Rho(double r) => 2 * (Math.Sqrt(1 + (r * r)) - 1);

    private static (Matrix<double> Normal, Vector<double> Gradient) Normal(
        Action<double[], double[]> law, double[] logs, double[] weights, double[] at, IReadOnlyList<double> prior, IReadOnlyList<double> spread, int[] free, double noise,
        double[] residuals)
    {
        var derivatives = new double[free.Length][];
        for (var k = 0; k < free.Length; k++)
        {
            double[] moved = [.. at];
            moved[free[k]] += Step;
            derivatives[k] = new double[logs.Length];
            law(moved, derivatives[k]);
            for (var i = 0; i < logs.Length; i++)
            {
                derivatives[k][i] = (derivatives[k][i] - logs[i] - residuals[i]) / Step;
            }
        }

        var weighted = new double[logs.Length];
        for (var i = 0; i < logs.Length; i++)
        {
            var r = residuals[i] / noise;
            weighted[i] = weights[i] / Math.Sqrt(1 + (r * r)) / (noise * noise);
        }

        var normal = Matrix<double>.Build.Dense(free.Length, free.Length);
        var gradient = Vector<double>.Build.Dense(free.Length);
        for (var k = 0; k < free.Length; k++)
        {
            for (var j = 0; j <= k; j++)
            {
                normal[k, j] = normal[j, k] = Dot(derivatives[k], derivatives[j], weighted);
            }

            gradient[k] = Dot(derivatives[k], residuals, weighted) + ((at[free[k]] - prior[free[k]]) / (spread[free[k]] * spread[free[k]]));
            normal[k, k] += 1 / (spread[free[k]] * spread[free[k]]);
        }

        return (normal, gradient);
    }

    private static double Dot(double[] a, double[] b, double[] weights)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i] * weights[i];
        }

        return sum;
    }

    private static double[] Moved(Matrix<double> normal, Vector<double> gradient, double damping, double[] at, int[] free)
    {
        var damped = normal.Clone();
        for (var k = 0; k < free.Length; k++)
        {
            damped[k, k] *= 1 + damping;
        }

        var step = damped.Cholesky().Solve(gradient);
        double[] next = [.. at];
        for (var k = 0; k < free.Length; k++)
        {
            // A step of more than e² would leave the region where the linear model means anything.
            next[free[k]] -= Math.Clamp(step[k], -2, 2);
        }

        return next;
    }
}
