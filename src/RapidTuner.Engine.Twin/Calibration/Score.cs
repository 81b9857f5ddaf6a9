namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>How far predictions lie from measurements; the errors are shares of the measured time.</summary>
/// <param name="Rows">Rows scored.</param>
/// <param name="Mape">Mean absolute error; null without rows.</param>
/// <param name="MedianApe">Median absolute error (nearest rank); null without rows.</param>
/// <param name="P90Ape">90th percentile of the absolute error (nearest rank); null without rows.</param>
/// <param name="Bias">Mean of predicted / measured − 1; null without rows.</param>
public sealed record Score(int Rows, double? Mape, double? MedianApe, double? P90Ape, double? Bias)
{
    /// <summary>The score of these pairs.</summary>
    public static Score Of(IEnumerable<(double PredictedS, double MeasuredS)> pairs)
    {
        var errors = pairs.Select(p => (p.PredictedS / p.MeasuredS) - 1).ToArray();
        if (errors.Length == 0)
        {
            return new Score(0, null, null, null, null);
        }

        var absolute = errors.Select(Math.Abs).Order().ToArray();
        return new Score(errors.Length, absolute.Average(), NearestRank(absolute, 0.5), NearestRank(absolute, 0.9), errors.Average());
    }

    private static double NearestRank(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
