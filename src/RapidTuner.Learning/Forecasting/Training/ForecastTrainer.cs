namespace RapidTuner.Learning.Forecasting.Training;

/// <summary>
/// Trains the trees of one series on its past: scored on the last third, which they have not seen, then trained anew on everything.
/// They serve the horizons at which they were no worse than last value. The result depends on the past, options and seed alone.
/// </summary>
public static class ForecastTrainer
{
    /// <summary>Share of the past that scores; chosen.</summary>
    private const double HeldOutShare = 0.3;

    /// <summary>Fewest seconds on which two models are compared: twice the longest horizon.</summary>
    private const int FreshMin = 600;

    /// <summary>Fewest seconds of a past that is learned from.</summary>
    public const int WindowsMin = (int)(ForecastTrees.WindowsMin / (1 - HeldOutShare)) + 1;

    /// <summary>Trains.</summary>
    /// <param name="load">Whose load it is.</param>
    /// <param name="series">Which series.</param>
    /// <param name="past">Its past.</param>
    /// <param name="seed">Seed of every draw.</param>
    /// <param name="halfLifeS">Age at which a second counts half, seconds, above 0; infinite: age does not matter.</param>
    /// <param name="rival">The model in office, compared on seconds that it has not seen; null: none.</param>
    /// <param name="cancel">Ends the fit between two trees.</param>
    /// <returns>Null when the past is shorter than <see cref="WindowsMin"/> or holds nothing above 0.</returns>
    public static ForecastModel? Fit(string load, LoadSeries series, LoadPast past, ulong seed, double halfLifeS, ForecastModel? rival, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(past);
        var values = past.Of(series);
        var split = (int)(values.Length * (1 - HeldOutShare));
        if (ForecastTrees.Fit(values.AsSpan(0, split), seed, halfLifeS, cancel) is not { } judged || ForecastTrees.Fit(values, seed, halfLifeS, cancel) is not { } trees)
        {
            return null;
        }

        var scores = ForecastBacktest.Scores(values, split, judged);

        // Where last value never erred, as on an end without load, nothing was shown.
        var serves = Array.ConvertAll(scores, s => s.LastMae > 0 && s.Mase <= 1);
        if (rival is not null)
        {
            Compare(scores, values, Math.Max(split, past.Before(rival.Report.ToS)), judged.At(serves), rival.Trees);
        }

        var report = new ForecastReport
        {
            Windows = values.Length, FromS = past.FromS, ToS = past.ToS, Seed = seed, HalfLifeS = double.IsFinite(halfLifeS) ? halfLifeS : 0, Scores = scores,
        };
        return new ForecastModel(load, series, trees.At(serves), report);
    }

    /// <summary>
    /// Per stretch of ten minutes by how much <paramref name="other"/> errs less than <paramref name="one"/>, in multiples of last value's error, over all horizons;
    /// above 0 where the other is better.
    /// </summary>
    /// <param name="one">The model in office.</param>
    /// <param name="other">The model that wants to be.</param>
    /// <param name="past">The load that both are to forecast; seconds that either was trained on are left out.</param>
    public static IReadOnlyList<double> BlockGains(ForecastModel one, ForecastModel other, LoadPast past)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(past);
        var values = past.Of(one.Series);
        var from = Math.Max(1, past.Before(Math.Max(one.Report.ToS, other.Report.ToS)));
        var lasts = ForecastBacktest.Scores(values, from, one.Trees);
        var blocks = new SortedDictionary<int, (double Gain, int Scores)>();
        void Add(ForecastTrees trees, double sign) => ForecastBacktest.Run(values, from, trees, (window, h, error, _) =>
        {
            if (lasts[h].LastMae > 0)
            {
                var block = (window - from) / FreshMin;
                var (gain, count) = blocks.GetValueOrDefault(block);
                blocks[block] = (gain + (sign * error / lasts[h].LastMae), count + 1);
            }
        });
        Add(one.Trees, 1);
        Add(other.Trees, -1);
        return [.. blocks.Values.Select(b => 2 * b.Gain / b.Scores)];
    }

    private static void Compare(HorizonScore[] scores, double[] values, int from, ForecastTrees own, ForecastTrees rival)
    {
        if (values.Length - from < FreshMin)
        {
            return;
        }

        var (ours, theirs) = (ForecastBacktest.Scores(values, from, own), ForecastBacktest.Scores(values, from, rival));
        for (var h = 0; h < scores.Length; h++)
        {
            scores[h] = ours[h].Scores == 0 ? scores[h] : scores[h] with { FreshMae = ours[h].Mae, RivalMae = theirs[h].Mae };
        }
    }
}
