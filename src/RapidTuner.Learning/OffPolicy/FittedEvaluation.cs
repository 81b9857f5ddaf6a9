using RapidTuner.Learning.Q;
using RapidTuner.Learning.Trees;

namespace RapidTuner.Learning.OffPolicy;

/// <summary>
/// Fitted-Q evaluation (Le, Voloshin, Yue 2019), and the doubly robust correction of its misses by what the log says (Jiang and Li 2016, per
/// lag self-normalised as by Thomas and Brunskill 2016). Rates are β times mean discounted values over the logged states.
/// </summary>
internal static class FittedEvaluation
{
    public const string Method = "fqe";
    public const string RobustMethod = "dr";

    private const int IterationsMin = 10;
    private const int IterationsMax = 150;

    /// <summary>Both rates of a log.</summary>
    public static (double Fitted, double Robust) Rates(OffPolicyLog log, OffPolicyOptions options, CancellationToken cancel)
    {
        var plans = log.Plans;
        var meanS = Enumerable.Range(0, plans.Rows).Where(plans.HasNext).Average(r => plans.DurationS[r]);

        // After 3 / (β τ) steps back, what the start was wrong by counts a twentieth.
        var iterations = (int)Math.Clamp(Math.Ceiling(3 / (options.BetaPerS * meanS)), IterationsMin, IterationsMax);
        var how = new FittedQOptions { BetaPerS = options.BetaPerS, Iterations = iterations, Trees = 20, Leaves = 15, LearningRate = 0.25, Seed = options.Seed, Threads = 1 };
        var model = FittedQ.Fit(plans, how, log.Target, cancel: cancel);
        var value = FittedQ.Values(model.Trees, plans, log.Target, 1);
        var rate = options.BetaPerS * Enumerable.Range(0, plans.Rows).Where(plans.HasNext).Average(r => value[r]);
        return (rate, rate + (options.BetaPerS * Correction(log, model.Trees, value, options)));
    }

    /// <summary>Mean over the logged states of the discounted, weighted misses of the model in the plans that follow.</summary>
    private static double Correction(OffPolicyLog log, TreeEnsemble trees, double[] value, OffPolicyOptions options)
    {
        var plans = log.Plans;
        var misses = Misses(log, trees, value, options.BetaPerS);
        var (weights, afterS) = (new double[plans.Rows], new double[plans.Rows]);
        Array.Fill(weights, 1);
        var correction = 0.0;
        for (var lag = 0; ; lag++)
        {
            var (sum, total, alive) = (0.0, 0.0, 0);
            for (var start = 0; start + lag < plans.Rows; start++)
            {
                var row = start + lag;
                if (weights[start] <= 0 || plans.Episode[row] != plans.Episode[start] || !plans.HasNext(row) || afterS[start] > options.HistoryS)
                {
                    weights[start] = 0;
                    continue;
                }

                weights[start] *= log.Ratio(row);
                total += weights[start];
                sum += weights[start] * Math.Exp(-options.BetaPerS * afterS[start]) * misses[row];
                afterS[start] += plans.DurationS[row];
                alive++;
            }

            if (alive == 0 || total <= 0)
            {
                return correction;
            }

            correction += sum / total;
        }
    }

    private static double[] Misses(OffPolicyLog log, TreeEnsemble trees, double[] value, double betaPerS)
    {
        var plans = log.Plans;
        var misses = new double[plans.Rows];
        var features = new double[plans.Width];
        for (var row = 0; row < plans.Rows; row++)
        {
            if (!plans.HasNext(row))
            {
                continue;
            }

            plans.Fill(features, row, plans.Action[row]);
            misses[row] = plans.Discounted(row, betaPerS) + (Math.Exp(-betaPerS * plans.DurationS[row]) * value[row + 1]) - trees.Predict(features);
        }

        return misses;
    }
}
