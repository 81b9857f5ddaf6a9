using RapidTuner.Learning.Physics;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tables;

/// <summary>What is fitted, folds or whole: features, target in the space in which the model adds, work, trainers.</summary>
internal sealed class FitTask
{
    /// <summary>Trees without improvement after which growing ends.</summary>
    private const int PatienceTrees = 150;

    private readonly IPreparedFeatures? _prepared;
    private readonly IPreparedFeatures? _preparedBare;

    /// <summary>Prepares the features once for all fits.</summary>
    /// <param name="options">How to fit.</param>
    /// <param name="choice">Which parts there are.</param>
    /// <param name="features">Features of all rows.</param>
    /// <param name="derived">Features that are derived for the law, which bare trees do not see; empty: there are no bare trees.</param>
    /// <param name="target">Targets, as logarithms where the model adds those.</param>
    /// <param name="work">The table as work; null without a law.</param>
    /// <param name="loss">What is made small.</param>
    public FitTask(TableFitOptions options, TrainerChoice choice, FeatureTable features, IReadOnlyCollection<int> derived, double[] target, WorkTable? work, Loss loss)
    {
        (Options, Choice, Features, Target, Work, Loss) = (options, choice, features, target, work, loss);
        Threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        _prepared = choice.Trees?.Prepare(features);
        _preparedBare = derived.Count == 0 ? null : choice.Trees?.Prepare(Without(features, derived));
        PreparedForSpread = choice.Trees is HistogramTrainer ? _prepared! : new HistogramTrainer().Prepare(features);
    }

    /// <summary>How to fit.</summary>
    public TableFitOptions Options { get; }

    /// <summary>Which parts there are.</summary>
    public TrainerChoice Choice { get; }

    /// <summary>Features of all rows.</summary>
    public FeatureTable Features { get; }

    /// <summary>Targets, as logarithms where the model adds those.</summary>
    public double[] Target { get; }

    /// <summary>The table as work; null without a law.</summary>
    public WorkTable? Work { get; }

    /// <summary>What is made small; <see cref="LossKind.Squared"/> of logarithms for log-squared.</summary>
    public Loss Loss { get; }

    /// <summary>Threads to use.</summary>
    public int Threads { get; }

    /// <summary>Features as our own trainer wants them, whatever trainer is chosen.</summary>
    public IPreparedFeatures PreparedForSpread { get; }

    /// <summary>Fits all parts to <paramref name="rows"/> and watches <paramref name="heldOut"/>.</summary>
    public FoldFit FitFold(int[] rows, int[] heldOut, int threads, CancellationToken cancel)
    {
        var (law, logs) = FitLaw(rows);
        var options = TreeOptions(Options.Trees, threads) with { PatienceTrees = Options.ExactTrees ? 0 : PatienceTrees };
        var residual = law is null || _prepared is null ? null : _prepared.Fit(new TrainingSample(Less(logs!)) { Rows = rows, Holdout = heldOut }, options, cancel);
        var plain = _prepared?.Fit(new TrainingSample(Target) { Rows = rows, Holdout = heldOut }, options, cancel);
        var bare = _preparedBare?.Fit(new TrainingSample(Target) { Rows = rows, Holdout = heldOut }, options, cancel);
        return new FoldFit(law, logs, residual, plain, bare);
    }

    /// <summary>Fits all parts to all rows with known numbers of trees; trees of no weight are left out, the law is not: trees read what it derives.</summary>
    public FoldFit FitWhole(int residualTrees, int plainTrees, int bareTrees, Blend blend, CancellationToken cancel)
    {
        int[] rows = [.. Enumerable.Range(0, Target.Length)];
        var (law, logs) = FitLaw(rows);
        var residual = law is null || _prepared is null || blend.ResidualShare == 0 || blend.LawShare <= 0 || residualTrees == 0
            ? null
            : _prepared.Fit(new TrainingSample(Less(logs!)) { Rows = rows, Holdout = [] }, TreeOptions(residualTrees, Options.Threads), cancel);
        var plain = blend.PlainShare == 0 || _prepared is null
            ? null
            : _prepared.Fit(new TrainingSample(Target) { Rows = rows, Holdout = [] }, TreeOptions(Math.Max(1, plainTrees), Options.Threads), cancel);
        var bare = blend.BareShare == 0 ? null : _preparedBare?.Fit(new TrainingSample(Target) { Rows = rows, Holdout = [] }, TreeOptions(Math.Max(1, bareTrees), Options.Threads), cancel);
        return new FoldFit(law, logs, residual, plain, bare);
    }

    /// <summary>The features with some of them the same in every row, so that no tree asks for them.</summary>
    private static FeatureTable Without(FeatureTable features, IReadOnlyCollection<int> left)
    {
        var same = new double[features.Rows];
        return new FeatureTable([.. Enumerable.Range(0, features.Features).Select(f => left.Contains(f) ? same : features.Columns[f])], features.Categories);
    }

    private (LawFit? Law, double[]? Logs) FitLaw(int[] rows)
    {
        if (Work is null)
        {
            return (null, null);
        }

        var law = LawFit.Fit(Work, Target, rows);
        return (law, law.LogsOf(Work));
    }

    private double[] Less(double[] logs)
    {
        var residuals = new double[logs.Length];
        for (var row = 0; row < residuals.Length; row++)
        {
            residuals[row] = Target[row] - logs[row];
        }

        return residuals;
    }

    private TrainingOptions TreeOptions(int trees, int threads) => new()
    {
        Trees = trees, Leaves = Options.Leaves, LearningRate = Options.LearningRate, LeafRowsMin = Options.LeafRowsMin, RowShare = Options.RowShare,
        Loss = Loss, Seed = Options.Seed, Threads = threads,
    };
}
