namespace RapidTuner.Control.Profiles;

/// <summary>
/// Least squares in relative error with coefficients held at 0 or more: a cost has no negative part. Small and dense; for
/// the few coefficients that a profile's roofline has.
/// </summary>
internal static class LeastSquares
{
    /// <summary>
    /// Coefficients c ≥ 0 that minimise Σ ((rows·c − latency) / latency)². Those that come out negative are dropped, the most
    /// negative first, and the rest fitted again.
    /// </summary>
    /// <param name="rows">One row of features a sample.</param>
    /// <param name="latencyS">One latency above 0 a sample, seconds.</param>
    public static double[] NonNegative(IReadOnlyList<double[]> rows, IReadOnlyList<double> latencyS)
    {
        var width = rows[0].Length;
        var kept = Enumerable.Range(0, width).ToList();
        while (true)
        {
            var fitted = Solve(rows, latencyS, kept);
            var worst = Array.IndexOf(fitted, fitted.Min());
            if (fitted[worst] >= 0 || kept.Count == 1)
            {
                var all = new double[width];
                for (var i = 0; i < kept.Count; i++)
                {
                    all[kept[i]] = Math.Max(0, fitted[i]);
                }

                return all;
            }

            kept.RemoveAt(worst);
        }
    }

    private static double[] Solve(IReadOnlyList<double[]> rows, IReadOnlyList<double> latencyS, List<int> kept)
    {
        var n = kept.Count;
        var normal = new double[n, n + 1];
        for (var s = 0; s < rows.Count; s++)
        {
            var weight = 1 / latencyS[s];
            for (var i = 0; i < n; i++)
            {
                var left = rows[s][kept[i]] * weight;
                for (var j = 0; j < n; j++)
                {
                    normal[i, j] += left * rows[s][kept[j]] * weight;
                }

                normal[i, n] += left;
            }
        }

        return Eliminate(normal, n);
    }

    private static double[] Eliminate(double[,] system, int n)
    {
        for (var pivot = 0; pivot < n; pivot++)
        {
            var best = pivot;
            for (var row = pivot + 1; row < n; row++)
            {
                best = Math.Abs(system[row, pivot]) > Math.Abs(system[best, pivot]) ? row : best;
            }

            for (var column = 0; column <= n; column++)
            {
                (system[pivot, column], system[best, column]) = (system[best, column], system[pivot, column]);
            }

            if (system[pivot, pivot] == 0)
            {
                continue;
            }

            for (var row = 0; row < n; row++)
            {
                if (row != pivot)
                {
                    Subtract(system, row, pivot, n);
                }
            }
        }

        return [.. Enumerable.Range(0, n).Select(i => system[i, i] == 0 ? 0 : system[i, n] / system[i, i])];
    }

    private static void Subtract(double[,] system, int row, int pivot, int n)
    {
        var factor = system[row, pivot] / system[pivot, pivot];
        for (var column = pivot; column <= n; column++)
        {
            system[row, column] -= factor * system[pivot, column];
        }
    }
}
