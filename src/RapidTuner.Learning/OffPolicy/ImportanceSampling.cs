using RapidTuner.Core.Numerics;

namespace RapidTuner.Learning.OffPolicy;

/// <summary>
/// Per-decision weighted importance sampling (Precup, Sutton, Singh 2000) of a rate: each step's reward and duration are weighted by the product of
/// ratios over the plans of the last <see cref="OffPolicyOptions.HistoryS"/>, and the sums are divided. What older plans left behind
/// is taken as it was logged.
/// </summary>
internal static class ImportanceSampling
{
    public const string Method = "pdwis";

    public static Estimate Of(OffPolicyLog log, OffPolicyOptions options)
    {
        var weights = Weights(log, options.HistoryS);
        var effective = Effective(log, weights, options.HistoryS);
        if (effective < options.EffectiveMin)
        {
            return Estimate.None(Method, effective);
        }

        var sums = log.Blocks(options.BlockS).ConvertAll(b => Sums(log, weights, b.From, b.To));
        var rng = new Rng(options.Seed, "off-policy blocks");
        var rates = new List<double>(options.Resamples);
        for (var i = 0; i < options.Resamples; i++)
        {
            var (reward, timeS) = (0.0, 0.0);
            for (var b = 0; b < sums.Count; b++)
            {
                var drawn = sums[rng.NextInt(sums.Count)];
                reward += drawn.Reward;
                timeS += drawn.TimeS;
            }

            if (timeS > 0)
            {
                rates.Add(reward / timeS);
            }
        }

        rates.Sort();
        var tail = (1 - options.Confidence) / 2;
        var rate = sums.Sum(s => s.Reward) / sums.Sum(s => s.TimeS);
        return new Estimate(Method, Support.Supported, rate, At(rates, tail), At(rates, 1 - tail), effective);
    }

    /// <summary>Per row the product of ratios over its history; 0 on rows without a known end.</summary>
    internal static double[] Weights(OffPolicyLog log, double historyS)
    {
        var plans = log.Plans;
        var weights = new double[plans.Rows];
        for (var row = 0; row < plans.Rows; row++)
        {
            if (!plans.HasNext(row))
            {
                continue;
            }

            var (weight, backS) = (log.Ratio(row), 0.0);
            for (var k = row - 1; k >= 0 && plans.Episode[k] == plans.Episode[row] && weight > 0; k--)
            {
                backS += plans.DurationS[k];
                if (backS > historyS)
                {
                    break;
                }

                weight *= log.Ratio(k);
            }

            weights[row] = weight;
        }

        return weights;
    }

    /// <summary>
    /// (Σw)² / Σw² in stretches of one history: rows whose histories overlap are one observation, not several.
    /// </summary>
    internal static double Effective(OffPolicyLog log, double[] weights, double historyS)
    {
        var (sum, squares, timeS, rows) = (0.0, 0.0, 0.0, 0);
        for (var row = 0; row < weights.Length; row++)
        {
            sum += weights[row];
            squares += weights[row] * weights[row];
            timeS += log.Plans.HasNext(row) ? log.Plans.DurationS[row] : 0;
            rows += log.Plans.HasNext(row) ? 1 : 0;
        }

        return squares <= 0 || rows == 0 ? 0 : sum * sum / squares * Math.Min(1, timeS / rows / historyS);
    }

    private static (double Reward, double TimeS) Sums(OffPolicyLog log, double[] weights, int from, int to)
    {
        var (reward, timeS) = (0.0, 0.0);
        for (var row = from; row < to; row++)
        {
            reward += weights[row] * log.Plans.Reward[row];
            timeS += weights[row] * log.Plans.DurationS[row];
        }

        return (reward, timeS);
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
}
