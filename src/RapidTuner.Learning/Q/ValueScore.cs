namespace RapidTuner.Learning.Q;

/// <summary>How a value function does on plans that it was not fitted on.</summary>
/// <param name="Rows">Plans whose discounted return is known well enough.</param>
/// <param name="Correlation">Pearson's correlation of value and return; NaN when either does not vary.</param>
/// <param name="Within">The same of differences from the episode's means: what tells states of one load apart.</param>
/// <param name="MeanValueS">Mean value, seconds' worth of arrivals. That of the best actions, so above the return of a log that drew them by chance.</param>
/// <param name="MeanReturnS">Mean return, the same.</param>
public sealed record ValueScore(int Rows, double Correlation, double Within, double MeanValueS, double MeanReturnS)
{
    /// <summary>Discount factor down to which a return must reach: what is cut off counts less than a twentieth.</summary>
    private const double RestMax = 0.05;

    /// <summary>Scores <paramref name="model"/>; a value of the next plan alone is compared with that plan's reward.</summary>
    public static ValueScore Of(QModel model, PlanLog log)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(log);
        var (values, returns, episodes) = (new List<double>(), new List<double>(), new List<int>());
        var state = new double[log.Fields.Count];
        var (future, restedS) = (0.0, 0.0);
        for (var row = log.Rows - 1; row >= 0; row--)
        {
            if (!log.HasNext(row))
            {
                (future, restedS) = (0, 0);
                continue;
            }

            var reward = log.Discounted(row, model.BetaPerS);
            future = reward + (Math.Exp(-model.BetaPerS * log.DurationS[row]) * future);
            restedS += log.DurationS[row];
            if (model.Iterations > 0 && Math.Exp(-model.BetaPerS * restedS) > RestMax)
            {
                continue;
            }

            for (var f = 0; f < state.Length; f++)
            {
                state[f] = log.State[f][row];
            }

            values.Add(model.Value(state));
            returns.Add(model.Iterations > 0 ? future : reward);
            episodes.Add(log.Episode[row]);
        }

        return values.Count == 0
            ? new ValueScore(0, double.NaN, double.NaN, double.NaN, double.NaN)
            : new ValueScore(values.Count, CorrelationOf(values, returns), CorrelationOf(Differences(values, episodes), Differences(returns, episodes)), values.Average(), returns.Average());
    }

    private static List<double> Differences(List<double> values, List<int> episodes)
    {
        var means = values.Zip(episodes).GroupBy(v => v.Second).ToDictionary(g => g.Key, g => g.Average(v => v.First));
        return [.. values.Zip(episodes, (v, e) => v - means[e])];
    }

    private static double CorrelationOf(List<double> a, List<double> b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        var (ab, aa, bb) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Count; i++)
        {
            var (x, y) = (a[i] - meanA, b[i] - meanB);
            (ab, aa, bb) = (ab + (x * y), aa + (x * x), bb + (y * y));
        }

        return aa > 0 && bb > 0 ? ab / Math.Sqrt(aa * bb) : double.NaN;
    }
}
