using RapidTuner.Learning.Physics;

namespace RapidTuner.Learning.Latency;

/// <summary>Fits the law's constants of one phase to samples (Levenberg-Marquardt with a prior, see <see cref="LeastSquares"/>).</summary>
internal static class StepLawFit
{
    /// <summary>Rows that a fit looks at, every n-th of more.</summary>
    private const int RowsMax = 2000;

    /// <summary>The constants.</summary>
    /// <param name="scene">Device and model.</param>
    /// <param name="rows">Samples.</param>
    /// <param name="weights">Weight per sample.</param>
    /// <param name="other">The other phase's constants: they say what it demands while it runs beside.</param>
    public static double[] Fit(LatencyScene scene, LatencyRow[] rows, double[] weights, double[] other)
    {
        var step = (rows.Length + RowsMax - 1) / RowsMax;
        int[] used = [.. Enumerable.Range(0, rows.Length).Where(i => i % step == 0)];
        var otherLaw = new StepLaw(scene, other);
        var beside = Array.ConvertAll(used, i => rows[i].BesideUnits == 0 ? default : otherLaw.Alone(rows[i].Beside, rows[i].BesideUnits));
        return LeastSquares.Fit(
            (constants, into) =>
            {
                var law = new StepLaw(scene, constants);
                for (var i = 0; i < used.Length; i++)
                {
                    ref readonly var row = ref rows[used[i]];
                    var own = law.Alone(row.Work, row.Units);
                    into[i] = Math.Log(own.TotalS) + (row.BesideUnits == 0 ? 0 : law.LogSlowed(in own, row.Units, in beside[i], row.BesideUnits));
                }
            },
            Array.ConvertAll(used, i => rows[i].LogS),
            Array.ConvertAll(used, i => weights[i]),
            StepLawConstants.Prior,
            StepLawConstants.PriorSpread,
            StepLawConstants.Prior);
    }
}
