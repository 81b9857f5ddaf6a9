using Microsoft.ML.Trainers.FastTree;
using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.MLNet;

/// <summary>An ensemble as it grows: the trees so far, what they leave unexplained in every row, and how they do on the holdout.</summary>
internal sealed class Growth
{
    private readonly FeatureTable _features;
    private readonly TrainingRows _rows;
    private readonly TrainingOptions _options;
    private readonly double _start;
    private readonly TreeEnsembleBuilder _builder;
    private readonly List<double> _losses = [];
    private int _best;
    private double _bestLoss = double.PositiveInfinity;

    /// <summary>A fit without trees yet: <paramref name="start"/> everywhere.</summary>
    public Growth(FeatureTable features, TrainingRows rows, double[] target, double start, TrainingOptions options)
    {
        (_features, _rows, _start, _options) = (features, rows, start, options);
        _builder = new TreeEnsembleBuilder([.. features.Categories]);
        Left = [.. target.Select(t => t - start)];
    }

    /// <summary>Trees so far.</summary>
    public int Trees => _builder.Trees;

    /// <summary>Target less prediction, per row of the table.</summary>
    public double[] Left { get; }

    /// <summary>True when further trees are of no use: patience is at its end, or the last stretch was empty.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Adds a stretch of trees, up to the one with which patience ends.</summary>
    public void Add(RegressionTreeEnsemble grown, FastTreeInputs inputs)
    {
        var builder = new TreeEnsembleBuilder([.. _features.Categories]);
        FastTreeExport.AddTrees(builder, grown, inputs);
        var stretch = builder.Build(0, OutputLink.Identity);
        stretch = _rows.Holdout.Length == 0 ? stretch : Watched(stretch);
        IsDone |= stretch.Trees == 0;
        var row = new double[_features.Features];
        foreach (var r in _rows.Train)
        {
            _features.CopyRow(r, row);
            Left[r] -= stretch.Predict(row);
        }

        _builder.AddFirst(stretch.Arrays, stretch.Trees);
    }

    /// <summary>What the fit produced.</summary>
    public TrainedTrees Result()
    {
        var all = _builder.Build(_start, _options.Loss.Kind == LossKind.LogSquared ? OutputLink.Exp : OutputLink.Identity);
        return new TrainedTrees(all, _rows.Holdout.Length > 0 ? _best : all.Trees, [.. _losses]);
    }

    /// <summary>The stretch's trees that are to be kept, scored one by one on the holdout.</summary>
    private TreeEnsemble Watched(TreeEnsemble stretch)
    {
        var row = new double[_features.Features];
        for (var tree = 0; tree < stretch.Trees; tree++)
        {
            var loss = 0.0;
            foreach (var r in _rows.Holdout)
            {
                _features.CopyRow(r, row);
                Left[r] -= stretch.Walk(tree, row);
                loss += Left[r] * Left[r];
            }

            _losses.Add(loss / _rows.Holdout.Length);
            if (_losses[^1] < _bestLoss)
            {
                (_best, _bestLoss) = (_losses.Count, _losses[^1]);
            }
            else if (_options.PatienceTrees > 0 && _losses.Count - _best >= _options.PatienceTrees)
            {
                IsDone = true;
                return stretch.Truncate(tree + 1);
            }
        }

        return stretch;
    }
}
