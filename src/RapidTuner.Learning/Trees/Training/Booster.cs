using RapidTuner.Core.Numerics;

namespace RapidTuner.Learning.Trees.Training;

/// <summary>One fit: grows trees on what is left unexplained until there are enough, or nothing is left, or the holdout no longer improves.</summary>
internal sealed class Booster
{
    private readonly BinnedTable _table;
    private readonly TrainingOptions _options;
    private readonly int[] _rows;
    private readonly int[] _holdout;
    private readonly Gradients _gradients;
    private readonly TreeGrower _grower;
    private readonly LeafValues _leafValues;
    private readonly TreeUpdate _update;
    private readonly TreeEnsembleBuilder _builder;
    private readonly Rng _rowRng;
    private readonly Rng _featureRng;
    private readonly double _base;
    private int[]? _drawn;

    /// <summary>A fit of logarithms for <see cref="LossKind.LogSquared"/>, else of the target itself.</summary>
    public Booster(BinnedTable table, TrainingSample sample, TrainingRows rows, TrainingOptions options, WorkTeam team)
    {
        (_table, _options, _rows, _holdout) = (table, options, rows.Train, rows.Holdout);
        var residuals = TrainingRows.TargetOf(sample, options);
        double[]? weights = sample.Weights.IsEmpty ? null : sample.Weights.ToArray();
        _base = options.Loss.Kind == LossKind.Quantile
            ? LeafValues.QuantileOf([.. _rows.Select(row => residuals[row])], options.Loss.Level)
            : rows.MeanOf(residuals, sample.Weights.Span);
        foreach (var row in _rows)
        {
            residuals[row] -= _base;
        }

        foreach (var row in _holdout)
        {
            residuals[row] -= _base;
        }

        _gradients = new Gradients(options.Loss, residuals, weights, team);
        _grower = new TreeGrower(table, options, new RowOrder(table, _rows.Length, team), team);
        _leafValues = new LeafValues(options.Loss, _rows.Length);
        _update = new TreeUpdate(table, team);
        _builder = new TreeEnsembleBuilder(table.Categories);
        (_rowRng, _featureRng) = (new Rng(options.Seed, "rows"), new Rng(options.Seed, "features"));
    }

    /// <summary>Grows the trees.</summary>
    public TrainedTrees Run(CancellationToken cancel)
    {
        var losses = new List<double>();
        var (best, bestLoss) = (0, double.PositiveInfinity);
        while (_builder.Trees < _options.Trees)
        {
            cancel.ThrowIfCancellationRequested();
            if (!GrowOne())
            {
                break;
            }

            if (_holdout.Length == 0)
            {
                continue;
            }

            losses.Add(_gradients.MeanLoss(_holdout));
            if (losses[^1] < bestLoss)
            {
                (best, bestLoss) = (_builder.Trees, losses[^1]);
            }
            else if (_options.PatienceTrees > 0 && _builder.Trees - best >= _options.PatienceTrees)
            {
                break;
            }
        }

        var link = _options.Loss.Kind == LossKind.LogSquared ? OutputLink.Exp : OutputLink.Identity;
        var all = _builder.Build(_base, link);
        return new TrainedTrees(all, _holdout.Length == 0 ? all.Trees : best, [.. losses]);
    }

    /// <summary>Grows the next tree; false when there is nothing left to learn.</summary>
    private bool GrowOne()
    {
        var rows = Draw();
        DrawFeatures();
        if (!_gradients.Pack(rows))
        {
            return false;
        }

        var units = _grower.Grow(rows, _gradients);
        if (_grower.Nodes.Length == 0 && _options.RowShare >= 1 && _options.FeatureShare >= 1)
        {
            return false;
        }

        var values = new double[_grower.Leaves.Count];
        _leafValues.Fill(_grower, _gradients, in units, values);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] *= _options.LearningRate;
        }

        if (ReferenceEquals(rows, _rows))
        {
            _update.ByLeaf(_grower, values, _gradients.Residuals);
        }
        else
        {
            _update.ByWalk(_grower, values, _gradients.Residuals, _rows);
        }

        _update.ByWalk(_grower, values, _gradients.Residuals, _holdout);
        Add(values);
        return true;
    }

    private int[] Draw()
    {
        if (_options.RowShare >= 1)
        {
            return _rows;
        }

        // Sampling by selection keeps the rows in order and draws exactly the number asked for.
        var wanted = Math.Max(1, (int)Math.Round(_options.RowShare * _rows.Length));
        _drawn ??= new int[wanted];
        var taken = 0;
        for (var i = 0; taken < wanted; i++)
        {
            if (_rowRng.NextDouble() * (_rows.Length - i) < wanted - taken)
            {
                _drawn[taken++] = _rows[i];
            }
        }

        return _drawn;
    }

    private void DrawFeatures()
    {
        var drawn = _grower.Drawn;
        if (_options.FeatureShare >= 1 || drawn.Length == 0)
        {
            return;
        }

        var wanted = Math.Max(1, (int)Math.Round(_options.FeatureShare * drawn.Length));
        var order = Enumerable.Range(0, drawn.Length).ToArray();
        _featureRng.Shuffle(order.AsSpan());
        drawn.Clear();
        foreach (var feature in order.AsSpan(0, wanted))
        {
            drawn[feature] = true;
        }
    }

    private void Add(double[] values)
    {
        var grown = _grower.Nodes;
        var nodes = new TreeNode[grown.Length];
        var sets = new List<CategorySet>();
        for (var i = 0; i < nodes.Length; i++)
        {
            ref readonly var split = ref grown[i].Split;
            nodes[i] = new TreeNode
            {
                Feature = _table.Features[split.Feature], Left = grown[i].Left, Right = grown[i].Right, MissingLeft = split.MissingLeft,
                Threshold = split.Categorical ? 0 : _table.Bins[split.Feature].UpperOf(split.Bin),
                CategorySet = split.Categorical ? sets.Count : TreeNode.Numeric,
            };
            if (split.Categorical)
            {
                sets.Add(split.Left);
            }
        }

        _builder.Add(nodes, values, [.. sets]);
    }
}
