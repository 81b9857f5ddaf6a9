using MathNet.Numerics.LinearAlgebra;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>
/// Damped least squares (Levenberg 1944, Marquardt 1963) with a soft-L1 loss on the data, a Gaussian prior on the parameters,
/// bounds by projection and derivatives by differences. Columns of derivatives may be computed in parallel: each is
/// independent of the others, so the result does not depend on the number of cores.
/// </summary>
internal sealed class LeastSquares
{
    private const int StepsMax = 60;
    private const double Difference = 2e-3;
    private const double LeastGain = 1e-5;

    private readonly Func<double[], double[]> _residuals;
    private readonly IReadOnlyList<FreeConstant> _free;
    private readonly double _noise;

    /// <summary>Prepares a fit.</summary>
    /// <param name="residuals">Parameters to residuals; must be safe to call from several threads at once.</param>
    /// <param name="free">The parameters.</param>
    /// <param name="noise">Size of an ordinary residual; larger ones count linearly.</param>
    public LeastSquares(Func<double[], double[]> residuals, IReadOnlyList<FreeConstant> free, double noise)
    {
        _residuals = residuals;
        _free = free;
        _noise = noise;
    }

    /// <summary>Fits.</summary>
    /// <returns>The parameters and their standard errors.</returns>
    public (double[] Parameters, double[] StandardErrors) Fit()
    {
        var at = _free.Select(f => f.Start).ToArray();
        var residuals = _residuals(at);
        var loss = Loss(at, residuals);
        var damping = 1e-2;
        Matrix<double>? normal = null;
        for (var step = 0; step < StepsMax; step++)
        {
            (normal, var gradient) = Normal(at, residuals);
            var gained = 0.0;
            for (var attempt = 0; attempt < 8 && gained <= 0; attempt++)
            {
                var next = Step(at, normal, gradient, damping);
                var nextResiduals = _residuals(next);
                var nextLoss = Loss(next, nextResiduals);
                gained = loss - nextLoss;
                if (gained > 0)
                {
                    (at, residuals, loss) = (next, nextResiduals, nextLoss);
                    damping = Math.Max(1e-9, damping / 5);
                }
                else
                {
                    damping *= 6;
                }
            }

            if (gained <= LeastGain * loss)
            {
                break;
            }
        }

        var errors = normal!.Inverse().Diagonal().Select(v => _noise * Math.Sqrt(Math.Max(0, v))).ToArray();
        return (at, errors);
    }

    private double Loss(double[] at, double[] residuals)
    {
        var sum = 0.0;
        foreach (var r in residuals)
        {
            var z = r / _noise;
            sum += 2 * (Math.Sqrt(1 + (z * z)) - 1);
        }

        for (var p = 0; p < at.Length; p++)
        {
            var z = (at[p] - _free[p].Start) / _free[p].Deviation;
            sum += z * z;
        }

        return sum;
    }

    private (Matrix<double> Normal, Vector<double> Gradient) Normal(double[] at, double[] residuals)
    {
        var columns = new double[at.Length][];
        Parallel.For(0, at.Length, p =>
        {
            var moved = (double[])at.Clone();
            var up = at[p] + Difference <= _free[p].Most;
            moved[p] += up ? Difference : -Difference;
            var there = _residuals(moved);
            for (var i = 0; i < there.Length; i++)
            {
                there[i] = (there[i] - residuals[i]) / (up ? Difference : -Difference);
            }

            columns[p] = there;
        });

        var weights = residuals.Select(r => 1 / Math.Sqrt(1 + (r / _noise * (r / _noise)))).ToArray();
        var normal = Matrix<double>.Build.Dense(at.Length, at.Length);
        var gradient = Vector<double>.Build.Dense(at.Length);
        for (var p = 0; p < at.Length; p++)
        {
            for (var q = 0; q <= p; q++)
            {
                var sum = 0.0;
                for (var i = 0; i < weights.Length; i++)
                {
                    sum += weights[i] * columns[p][i] * columns[q][i];
                }

                normal[p, q] = normal[q, p] = sum;
            }

            var slope = 0.0;
            for (var i = 0; i < weights.Length; i++)
            {
                slope += weights[i] * columns[p][i] * residuals[i];
            }

            var variance = _free[p].Deviation * _free[p].Deviation / (_noise * _noise);
            gradient[p] = slope + ((at[p] - _free[p].Start) / variance);
            normal[p, p] += 1 / variance;
        }

        return (normal, gradient);
    }

    private double[] Step(double[] at, Matrix<double> normal, Vector<double> gradient, double damping)
    {
        var damped = normal.Clone();
        for (var p = 0; p < at.Length; p++)
        {
            damped[p, p] += damping * normal[p, p];
        }

        var move = damped.Cholesky().Solve(gradient);
        return [.. at.Select((value, p) => Math.Clamp(value - Math.Clamp(move[p], -1, 1), _free[p].Least, _free[p].Most))];
    }
}
