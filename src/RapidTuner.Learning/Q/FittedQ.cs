using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Q;

/// <summary>
/// Fitted-Q iteration with trees (Ernst, Geurts, Wehenkel 2005) over semi-Markov plans: the target of a row is its reward plus e^(−βτ) times
/// the value of the next state, which is the best action's (control) or a given policy's mean (evaluation). Deterministic from a seed.
/// </summary>
public static class FittedQ
{
    private const int ChunkRows = 4_096;

    private const int WaitingField = 2;

    /// <summary>Fits.</summary>
    /// <param name="log">What was seen, done and got.</param>
    /// <param name="options">How.</param>
    /// <param name="target">
    /// Evaluation: per row and action the probability of the policy whose value is wanted, rows × actions; null: control, the best action.
    /// </param>
    /// <param name="progress">Told after each iteration: its number, and by how much the mean absolute value moved, in requests.</param>
    /// <param name="cancel">Ends the fit between two trees.</param>
    /// <exception cref="BadInputException">Options out of range, or a log in which no plan is followed by another.</exception>
    public static QModel Fit(PlanLog log, FittedQOptions options, double[]? target = null, Action<int, double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(options);
        var problems = new Problems();
        options.Check(problems);
        if (options.BacklogPotential > 0 && Waiting(log) < 0)
        {
            problems.Add("fitted_q.backlog_potential", $"needs the field {PlanState.Names[WaitingField]}", "set it to 0, or log that field");
        }

        int[] rows = [.. Enumerable.Range(0, log.Rows).Where(log.HasNext)];
        if (rows.Length == 0)
        {
            problems.Add("plan log", "holds no plan that is followed by another", "log for longer, or choose another run");
        }

        problems.ThrowIfAny();
        var prepared = new HistogramTrainer().Prepare(log.Features());
        var rewards = Rewards(log, rows, options);
        var value = Start(log, rows, rewards, options);
        var trees = Fitted(prepared, log, rows, rewards, options.Iterations == 0 ? null : value, options, cancel);
        for (var i = 1; i < options.Iterations; i++)
        {
            var moved = Carry(trees, log, target, value, options.Threads);
            progress?.Invoke(i, moved);
            trees = Fitted(prepared, log, rows, rewards, value, options, cancel);
        }

        return new QModel(trees, log.Fields, log.Actions, log.ActionValues?[..log.Actions.Count], options.BetaPerS, options.BacklogPotential) { Rows = rows.Length, Iterations = options.Iterations, Seed = options.Seed };
    }

    /// <summary>Value of each row's state: the best action's, or the mean under <paramref name="target"/>.</summary>
    internal static double[] Values(TreeEnsemble trees, PlanLog log, double[]? target, int threads)
    {
        var value = new double[log.Rows];
        Carry(trees, log, target, value, threads);
        return value;
    }

    /// <summary>Rewards discounted within their step, and shaped.</summary>
    private static double[] Rewards(PlanLog log, int[] rows, FittedQOptions options)
    {
        var rewards = new double[log.Rows];
        foreach (var row in rows)
        {
            rewards[row] = log.Discounted(row, options.BetaPerS);
        }

        if (options.BacklogPotential > 0)
        {
            var waiting = log.State[Waiting(log)];
            foreach (var row in rows)
            {
                var after = Math.Exp(-options.BetaPerS * log.DurationS[row]) * waiting[row + 1];
                rewards[row] -= options.BacklogPotential * (after - waiting[row]);
            }
        }

        return rewards;
    }

    private static int Waiting(PlanLog log) => log.Fields.ToList().IndexOf(PlanState.Names[WaitingField]);

    /// <summary>Values to begin with: the mean rate for ever. From there only differences between states have to travel back.</summary>
    private static double[] Start(PlanLog log, int[] rows, double[] rewards, FittedQOptions options)
    {
        var timeS = rows.Sum(r => (1 - Math.Exp(-options.BetaPerS * log.DurationS[r])) / options.BetaPerS);
        var value = new double[log.Rows];
        Array.Fill(value, rows.Sum(r => rewards[r]) / timeS / options.BetaPerS);
        return value;
    }

    private static TreeEnsemble Fitted(IPreparedFeatures prepared, PlanLog log, int[] rows, double[] rewards, double[]? value, FittedQOptions options, CancellationToken cancel)
    {
        var target = new double[log.Rows];
        foreach (var row in rows)
        {
            target[row] = rewards[row] + (value is null ? 0 : Math.Exp(-options.BetaPerS * log.DurationS[row]) * value[row + 1]);
        }

        var how = new TrainingOptions
        {
            Trees = options.Trees,
            Leaves = options.Leaves,
            LearningRate = options.LearningRate,
            LeafRowsMin = options.LeafRowsMin,
            Seed = options.Seed,
            Threads = options.Threads,
        };
        return prepared.Fit(new TrainingSample(target) { Rows = rows, Holdout = [] }, how, cancel).All;
    }

    /// <summary>Replaces the values by those of new trees; every row has its own place, so the threads do not show.</summary>
    private static double Carry(TreeEnsemble trees, PlanLog log, double[]? target, double[] value, int threads)
    {
        var chunks = (log.Rows + ChunkRows - 1) / ChunkRows;
        var moved = new double[chunks];
        Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount }, chunk =>
        {
            var actions = log.Actions.Count;
            var features = new double[actions * log.Width];
            var q = new double[actions];
            for (var row = chunk * ChunkRows; row < Math.Min(log.Rows, (chunk + 1) * ChunkRows); row++)
            {
                for (var a = 0; a < actions; a++)
                {
                    log.Fill(features.AsSpan(a * log.Width), row, a);
                }

                trees.Predict(features, q);
                var now = Best(q, target is null ? [] : target.AsSpan(row * actions, actions));
                moved[chunk] += Math.Abs(now - value[row]);
                value[row] = now;
            }
        });
        return moved.Sum() / log.Rows;
    }

    private static double Best(ReadOnlySpan<double> q, ReadOnlySpan<double> target)
    {
        var (best, mean) = (double.NegativeInfinity, 0.0);
        for (var a = 0; a < q.Length; a++)
        {
            best = Math.Max(best, q[a]);
            mean += target.IsEmpty ? 0 : target[a] * q[a];
        }

        return target.IsEmpty ? best : mean;
    }
}
