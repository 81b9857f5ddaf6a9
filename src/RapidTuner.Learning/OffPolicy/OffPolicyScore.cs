using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Learning.OffPolicy;

/// <summary>Scores a policy from another policy's log by all estimators that the log allows.</summary>
public static class OffPolicyScore
{
    // Share of the asked policy's plans that may fall on actions which the log hardly tried.
    private const double StrangeShareMax = 0.02;

    /// <summary>Scores. Deterministic from the seed, on any number of cores.</summary>
    /// <param name="log">The log and the policy that is asked about.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="BadInputException">Options out of range.</exception>
    public static IReadOnlyList<Estimate> Of(OffPolicyLog log, OffPolicyOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(options);
        var problems = new Problems();
        options.Check(problems);
        problems.ThrowIfAny();
        var blocks = log.Blocks(options.BlockS);
        var weights = ImportanceSampling.Weights(log, options.HistoryS);
        var effective = ImportanceSampling.Effective(log, weights, options.HistoryS);
        var strange = blocks.Count < 2 || StrangeShare(log, options.ActionPlansMin) > StrangeShareMax;
        var weighted = log.Deterministic || blocks.Count < 2 ? Estimate.None(ImportanceSampling.Method, effective) : ImportanceSampling.Of(log, options);
        if (strange)
        {
            return [weighted, Estimate.None(FittedEvaluation.RobustMethod, effective), Estimate.None(FittedEvaluation.Method, effective)];
        }

        var point = FittedEvaluation.Rates(log, options, cancel);
        var refits = Refits(log, blocks, options, cancel);
        var robust = weighted.Support == Support.Supported
            ? Interval(FittedEvaluation.RobustMethod, Support.Supported, point.Robust, [.. refits.Select(r => r.Robust)], effective, options)
            : Estimate.None(FittedEvaluation.RobustMethod, effective);
        var support = weighted.Support == Support.Supported ? Support.Supported : Support.ModelOnly;
        return [weighted, robust, Interval(FittedEvaluation.Method, support, point.Fitted, [.. refits.Select(r => r.Fitted)], effective, options)];
    }

    /// <summary>How much of the asked policy falls on actions with too few logged plans.</summary>
    private static double StrangeShare(OffPolicyLog log, int plansMin)
    {
        var actions = log.Plans.Actions.Count;
        var tried = new int[actions];
        for (var row = 0; row < log.Plans.Rows; row++)
        {
            tried[log.Plans.Action[row]]++;
        }

        var strange = 0.0;
        for (var i = 0; i < log.Target.Length; i++)
        {
            strange += tried[i % actions] < plansMin ? log.Target[i] : 0;
        }

        return strange / Math.Max(1, log.Plans.Rows);
    }

    private static (double Fitted, double Robust)[] Refits(OffPolicyLog log, List<(int From, int To)> blocks, OffPolicyOptions options, CancellationToken cancel)
    {
        var refits = new (double, double)[options.Refits];
        Parallel.For(0, refits.Length, new ParallelOptions { CancellationToken = cancel }, i =>
        {
            var rng = new Rng(options.Seed + (ulong)i, "off-policy refits");
            var drawn = new (int, int)[blocks.Count];
            for (var b = 0; b < drawn.Length; b++)
            {
                drawn[b] = blocks[rng.NextInt(blocks.Count)];
            }

            refits[i] = FittedEvaluation.Rates(log.Of(drawn), options, cancel);
        });
        return refits;
    }

    /// <summary>Few refits know a spread better than its tails: the interval is the point and so many of their standard deviations.</summary>
    private static Estimate Interval(string method, Support support, double point, double[] refits, double effective, OffPolicyOptions options)
    {
        var mean = refits.Average();
        var sd = Math.Sqrt(refits.Sum(r => (r - mean) * (r - mean)) / (refits.Length - 1));
        var half = MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, refits.Length - 1, 0.5 + (options.Confidence / 2)) * sd;
        return new Estimate(method, support, point, Math.Max(0, point - half), point + half, effective);
    }
}
