namespace RapidTuner.Learning.Tables;

/// <summary>One prediction with its interval per row.</summary>
internal sealed class TablePredictions(int rows)
{
    /// <summary>Predictions, in units of the target.</summary>
    public double[] Values { get; } = new double[rows];

    /// <summary>Lower ends of the intervals.</summary>
    public double[] Low { get; } = new double[rows];

    /// <summary>Upper ends of the intervals.</summary>
    public double[] High { get; } = new double[rows];

    /// <summary>Seconds per row, law and interval included.</summary>
    public double PredictSPerRow { get; set; }

    /// <summary>Sets a row from a prediction and half a width in the space in which the model adds.</summary>
    public void Set(int row, double at, double half, bool logarithmic)
    {
        (Values[row], Low[row], High[row]) = logarithmic
            ? (Math.Exp(at), Math.Exp(at - half), Math.Exp(at + half))
            : (at, at - half, at + half);
    }
}
