namespace RapidTuner.Learning.Latency;

/// <summary>How well held-out steps of one group are predicted; fractions.</summary>
/// <param name="Rows">Held-out steps.</param>
/// <param name="Mape">Mean absolute percentage error of the median.</param>
/// <param name="MedianApe">Median of it.</param>
/// <param name="LawMape">Mean absolute percentage error of the law without trees.</param>
/// <param name="Coverage">Share within the 90 % interval.</param>
/// <param name="BelowP95">Share at or below p95.</param>
/// <param name="MeanWidth">Mean width of the interval relative to the median.</param>
/// <param name="FreshMape">Mean absolute percentage error on the steps that the model to replace has not seen; null: there is none, or too few such steps.</param>
/// <param name="RivalMape">That of the model to replace, on the same steps.</param>
/// <param name="FreshLog">Mean absolute logarithm of measured / predicted on those steps: by what factor predictions are off, too high and too low alike.</param>
/// <param name="RivalLog">That of the model to replace. The two are compared by it, and not by percentages, which never charge more than 100 for what is predicted too low: on steps that scatter by factors they would prefer the lower prediction.</param>
/// <param name="Kept">True: the phase's part is that of the model to replace, which predicted these steps better; the other figures are that part's.</param>
public sealed record LatencyMetrics(
    int Rows, double Mape, double MedianApe, double LawMape, double Coverage, double BelowP95, double MeanWidth, double? FreshMape = null, double? RivalMape = null,
    double? FreshLog = null, double? RivalLog = null, bool Kept = false)
{
    /// <summary>How much worse than the model to replace a successor may be, ratio: repeat noise of a held-out error.</summary>
    private const double RivalRatio = 1.02;

    /// <summary>Compared with the model to replace, and worse than it.</summary>
    public bool Worse => FreshLog is { } own && RivalLog is { } rival && own > RivalRatio * rival;

    /// <summary>Compared with the model to replace, and better than it.</summary>
    public bool Better => FreshLog is { } own && RivalLog is { } rival && own < rival;
}
