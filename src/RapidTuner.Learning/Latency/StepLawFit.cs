using RapidTuner.Learning.Physics;

namespace RapidTuner.Learning.Latency;

/// <summary>Fits the law's constants of one phase to samples (Levenberg-Marquardt with a prior, see <see cref="LeastSquares"/>).</summary>
internal static class StepLawFit
{
    /// <summary>Rows that a fit looks at, every n-th of more.</summary>
    private const int RowsMax = 2000;

    /// <summary>A median absolute residual as a standard deviation.</summary>
    private const double MedianAsSigma = 1.4826;

    /// <summary>The constants.</summary>
    /// <param name="scene">Device and model.</param>
    /// <param name="rows">Samples.</param>
    /// <param name="weights">Weight per sample.</param>
    /// <param name="other">The other phase's constants: they say what it demands while it runs beside.</param>
    /// <param name="prior">What the phase's constants are believed to be.</param>
    public static double[] Fit(LatencyScene scene, LatencyRow[] rows, double[] weights, double[] other, IReadOnlyList<double> prior)
    {
        var step = (rows.Length + RowsMax - 1) / RowsMax;
        int[] used = [.. Enumerable.Range(0, rows.Length).Where(i => i % step == 0)];
        var otherLaw = new StepLaw(scene, other);
        var beside = Array.ConvertAll(used, i => rows[i].BesideUnits == 0 ? default : otherLaw.Alone(rows[i].Beside, rows[i].BesideUnits));
        var (logs, usedWeights) = (Array.ConvertAll(used, i => rows[i].LogS), Array.ConvertAll(used, i => weights[i]));
        void Law(double[] constants, double[] into)
        {
            var law = new StepLaw(scene, constants);
            for (var i = 0; i < used.Length; i++)
            {
                ref readonly var row = ref rows[used[i]];
                var own = law.Alone(row.Work, row.Units);
                into[i] = Math.Log(own.TotalS) + (row.BesideUnits == 0 ? 0 : law.LogSlowed(in own, row.Units, in beside[i], row.BesideUnits));
            }
        }

        // On a machine that other programs use too, steps scatter by far more than on a device of one's own: there, many noisy rows must not bend the law as if they were exact.
        var constants = LeastSquares.Fit(Law, logs, usedWeights, prior, StepLawConstants.PriorSpread, StepLawConstants.Prior);
        var said = new double[used.Length];
        Law(constants, said);
        var noise = MedianAsSigma * said.Select((log, i) => Math.Abs(log - logs[i])).Order().ElementAtOrDefault(said.Length / 2);
        return noise <= LeastSquares.Noise ? constants : LeastSquares.Fit(Law, logs, usedWeights, prior, StepLawConstants.PriorSpread, StepLawConstants.Prior, noise);
    }
}
