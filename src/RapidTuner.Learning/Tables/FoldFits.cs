using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tables;

/// <summary>The parts of a model fitted once per fold, each to the rows outside the fold, and what they say of the rows in it.</summary>
internal sealed class FoldFits
{
    private readonly FitTask _task;
    private readonly Folds _folds;
    private readonly FoldFit[] _fits;

    /// <summary>Fits every fold.</summary>
    public FoldFits(FitTask task, Folds folds, CancellationToken cancel)
    {
        (_task, _folds) = (task, folds);
        _fits = new FoldFit[folds.Count];

        // Many folds share the threads; a single one has them all.
        var threads = folds.Count > 1 ? 1 : task.Options.Threads;
        using var team = new WorkTeam(folds.Count > 1 ? Math.Min(task.Threads, folds.Count) : 1);
        team.Run(folds.Count, (_, fold) => _fits[fold] = task.FitFold(folds.Trained(fold), folds.HeldOut(fold), threads, cancel));
    }

    /// <summary>The fit of the one fold of a large table, which then is the model.</summary>
    public FoldFit Only => _fits[0];

    /// <summary>Number of trees on the residual that does best on held-out rows of all folds together.</summary>
    public int ResidualTrees => BestTrees(f => f.Residual);

    /// <summary>Number of trees alone that does best.</summary>
    public int PlainTrees => BestTrees(f => f.Plain);

    /// <summary>Number of bare trees that does best.</summary>
    public int BareTrees => BestTrees(f => f.Bare);

    /// <summary>What the folds' laws say of their held-out rows.</summary>
    public double[] Laws() => HeldOut((fit, rows, into) =>
    {
        foreach (var row in rows)
        {
            into[row] = fit.LawLogs?[row] ?? 0;
        }
    });

    /// <summary>What the folds' trees on the residual say of their held-out rows.</summary>
    public double[] Residuals() => HeldOut((fit, rows, into) => Predict(fit.Residual, ResidualTrees, rows, into));

    /// <summary>What the folds' trees alone say of their held-out rows.</summary>
    public double[] Plains() => HeldOut((fit, rows, into) => Predict(fit.Plain, PlainTrees, rows, into));

    /// <summary>What the folds' bare trees say of their held-out rows; null when there are none.</summary>
    public double[]? Bares() => _fits.Any(f => f.Bare is not null) ? HeldOut((fit, rows, into) => Predict(fit.Bare, BareTrees, rows, into)) : null;

    /// <summary>How far another fit, such as one on fewer rows, misses rows that it has not seen; with its own best numbers of trees.</summary>
    public IEnumerable<double> MissesOf(FoldFit fit, Blend blend, int[] rows)
    {
        var (residual, plain, bare) = (new double[_task.Target.Length], new double[_task.Target.Length], new double[_task.Target.Length]);
        Predict(fit.Residual, fit.Residual?.BestTrees ?? 0, rows, residual);
        Predict(fit.Plain, fit.Plain?.BestTrees ?? 0, rows, plain);
        Predict(fit.Bare, fit.Bare?.BestTrees ?? 0, rows, bare);
        return rows.Select(row => Math.Abs(_task.Target[row] - blend.Of(fit.LawLogs?[row] ?? 0, residual[row], plain[row], bare[row])));
    }

    private void Predict(TrainedTrees? trained, int trees, int[] rows, double[] into)
    {
        if (trained is null)
        {
            return;
        }

        var ensemble = trained.All.Trees <= trees ? trained.All : trained.All.Truncate(trees);
        var values = new double[_task.Features.Features];
        foreach (var row in rows)
        {
            _task.Features.CopyRow(row, values);
            into[row] = ensemble.Predict(values);
        }
    }

    private double[] HeldOut(Action<FoldFit, int[], double[]> fill)
    {
        var into = new double[_folds.FoldOfRow.Length];
        for (var fold = 0; fold < _fits.Length; fold++)
        {
            fill(_fits[fold], _folds.HeldOut(fold), into);
        }

        return into;
    }

    /// <summary>The minimum of the folds' loss curves added up; a curve that ended early goes on as it ended.</summary>
    private int BestTrees(Func<FoldFit, TrainedTrees?> of)
    {
        if (_task.Options.ExactTrees)
        {
            return _task.Options.Trees;
        }

        var curves = _fits.Select((fit, fold) => (of(fit)?.HoldoutLoss ?? [], Rows: _folds.FoldOfRow.Count(f => f == fold))).Where(c => c.Item1.Length > 0).ToArray();
        var longest = curves.Length == 0 ? 0 : curves.Max(c => c.Item1.Length);
        var (best, bestLoss) = (0, double.PositiveInfinity);
        for (var trees = 1; trees <= longest; trees++)
        {
            var loss = curves.Sum(c => c.Rows * c.Item1[Math.Min(trees, c.Item1.Length) - 1]);
            if (loss < bestLoss)
            {
                (best, bestLoss) = (trees, loss);
            }
        }

        return best;
    }
}
