using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Learning.Trees.Training;

/// <summary>The rows of a fit, checked: the same for every trainer.</summary>
/// <param name="Train">Rows to train on, rising, of weight above 0.</param>
/// <param name="Holdout">Rows held out, rising.</param>
internal sealed record TrainingRows(int[] Train, int[] Holdout)
{
    /// <summary>Takes or draws the rows.</summary>
    /// <exception cref="BadInputException">Options, target or weights are wrong; all problems of options at once.</exception>
    public static TrainingRows Of(FeatureTable features, TrainingSample sample, TrainingOptions options)
    {
        var problems = new Problems();
        options.Check(problems, features);
        if (sample.Target.Length != features.Rows || (!sample.Weights.IsEmpty && sample.Weights.Length != features.Rows))
        {
            problems.Add("target", $"has {sample.Target.Length} values for {features.Rows} rows", "give one per row, and as many weights or none");
        }

        problems.ThrowIfAny();
        var rows = Draw(features.Rows, sample, options);
        rows.CheckTarget(sample, options);
        return rows;
    }

    /// <summary>The target in the space in which trees add: logarithms for <see cref="LossKind.LogSquared"/>.</summary>
    public static double[] TargetOf(TrainingSample sample, TrainingOptions options)
    {
        var target = sample.Target.ToArray();
        for (var i = 0; options.Loss.Kind == LossKind.LogSquared && i < target.Length; i++)
        {
            target[i] = Math.Log(target[i]);
        }

        return target;
    }

    /// <summary>Weighted mean over the rows to train on, added up in their order.</summary>
    public double MeanOf(double[] target, ReadOnlySpan<double> weights)
    {
        double sum = 0, weight = 0;
        foreach (var row in Train)
        {
            var w = weights.IsEmpty ? 1 : weights[row];
            sum += w * target[row];
            weight += w;
        }

        return sum / weight;
    }

    private static TrainingRows Draw(int count, TrainingSample sample, TrainingOptions options)
    {
        var holdout = sample.Holdout ?? [];
        if (sample.Holdout is null && options.PatienceTrees > 0)
        {
            var rng = new Rng(options.Seed, "holdout");
            holdout = [.. (sample.Rows ?? Enumerable.Range(0, count)).Where(_ => rng.NextDouble() < options.HoldoutShare)];
        }

        var isHeldOut = new bool[count];
        foreach (var row in holdout)
        {
            isHeldOut[row] = true;
        }

        return new TrainingRows(
            [.. (sample.Rows ?? Enumerable.Range(0, count)).Where(row => !isHeldOut[row] && (sample.Weights.IsEmpty || sample.Weights.Span[row] > 0))],
            holdout);
    }

    private void CheckTarget(TrainingSample sample, TrainingOptions options)
    {
        var target = sample.Target.Span;
        var least = options.Loss.Kind == LossKind.LogSquared ? double.Epsilon : double.NegativeInfinity;
        if (Train.Length == 0)
        {
            throw new BadInputException("target", "has no row to train on", "give at least one row of weight above 0 outside the holdout");
        }

        foreach (var row in Train.Concat(Holdout))
        {
            if (!double.IsFinite(target[row]) || target[row] < least)
            {
                throw new BadInputException("target", $"is {target[row]} in row {row}", options.Loss.Kind == LossKind.LogSquared ? "give values above 0, or the loss `squared`" : "give finite values");
            }
        }
    }
}
