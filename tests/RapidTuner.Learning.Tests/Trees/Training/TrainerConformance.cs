using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tests.Trees.Training;

/// <summary>What every trainer must meet, by the capabilities that it declares. A provider adds one subclass.</summary>
public abstract class TrainerConformance
{
    private const int Rows = 3_000;

    protected abstract ITrainer Create();

    [Fact]
    public void Fit_SmoothTarget_ExplainsNearlyAll()
    {
        var (table, target) = Smooth();
        var trained = Create().Prepare(table).Fit(new TrainingSample(target), new TrainingOptions { Trees = 200, Leaves = 15 });
        Assert.True(R2(trained.Best.Predict, table, target) > 0.97);
    }

    [Fact]
    public void Fit_LogSquared_PredictsInUnitsOfTheTarget()
    {
        var (table, target) = Smooth();
        var positive = target.Select(Math.Exp).ToArray();
        var trained = Create().Prepare(table).Fit(new TrainingSample(positive), new TrainingOptions { Trees = 200, Leaves = 15, Loss = Loss.LogSquared });
        var row = new double[table.Features];
        var apes = Enumerable.Range(0, Rows).Select(i =>
        {
            table.CopyRow(i, row);
            return Math.Abs((trained.Best.Predict(row) / positive[i]) - 1);
        });
        Assert.True(apes.Average() < 0.15);
    }

    [Fact]
    public void Fit_SameSeed_IsTheSameOnAnyNumberOfThreads()
    {
        if (!Has(TrainerCapabilities.Deterministic))
        {
            return;
        }

        var (table, target) = Smooth(40_000);
        var prepared = Create().Prepare(table);
        var options = new TrainingOptions { Trees = 8, RowShare = 0.7, FeatureShare = 0.7, Seed = 9, PatienceTrees = 5 };
        var one = prepared.Fit(new TrainingSample(target), options with { Threads = 1 }).All;
        var row = new double[table.Features];
        foreach (var threads in new[] { 2, 3, 7 })
        {
            var many = prepared.Fit(new TrainingSample(target), options with { Threads = threads }).All;
            for (var i = 0; i < Rows; i += 7)
            {
                table.CopyRow(i, row);
                Assert.Equal(one.Predict(row), many.Predict(row));
            }
        }
    }

    [Theory]
    [InlineData("squared")]
    [InlineData("quantile:0.9")]
    public void Fit_Monotone_NeverTurns(string loss)
    {
        var (table, target) = Smooth();
        var trainer = Create();
        var options = new TrainingOptions { Trees = 60, Monotone = [1, -1, 0, 0], Loss = Loss.Parse(loss), RowShare = 0.8 };
        if (Refuses(trainer, table, target, options, TrainerCapabilities.MonotoneConstraints))
        {
            return;
        }

        var ensemble = trainer.Prepare(table).Fit(new TrainingSample(target), options).All;
        var row = new double[table.Features];
        for (var i = 0; i < Rows; i += 37)
        {
            table.CopyRow(i, row);
            Assert.True(Sweep(ensemble.Predict, row, 0).Zip(Sweep(ensemble.Predict, row, 0).Skip(1)).All(p => p.First <= p.Second));
            Assert.True(Sweep(ensemble.Predict, row, 1).Zip(Sweep(ensemble.Predict, row, 1).Skip(1)).All(p => p.First >= p.Second));
        }
    }

    [Fact]
    public void Fit_MissingValues_LearnsTheirDirection()
    {
        var (table, target) = Smooth();
        for (var i = 0; i < Rows; i += 3)
        {
            // Missing where the target is high: the direction carries information.
            table.Columns[0][i] = double.NaN;
            target[i] += 20;
        }

        if (!Has(TrainerCapabilities.MissingValues))
        {
            Assert.Throws<MissingCapabilityException>(() => Create().Prepare(table));
            return;
        }

        var ensemble = Create().Prepare(table).Fit(new TrainingSample(target), new TrainingOptions()).All;
        Assert.True(ensemble.Predict([double.NaN, 0.5, 0.5, 0]) > ensemble.Predict([0.5, 0.5, 0.5, 0]) + 10);
    }

    [Fact]
    public void Fit_Categories_LearnsEachAndTreatsUnknownAsMissing()
    {
        var rng = new Rng(3, "categories");
        double[] offsets = [.. Enumerable.Range(0, 40).Select(_ => 10 * rng.NextGaussian())];
        double[] codes = [.. Enumerable.Range(0, Rows).Select(i => (double)(i % 40))];
        double[] target = [.. codes.Select(c => offsets[(int)c])];
        var table = new FeatureTable([codes], [40]);
        if (!Has(TrainerCapabilities.Categories))
        {
            Assert.Throws<MissingCapabilityException>(() => Create().Prepare(table));
            return;
        }

        var ensemble = Create().Prepare(table).Fit(new TrainingSample(target), new TrainingOptions { Trees = 200 }).All;
        Assert.All(codes, c => Assert.Equal(offsets[(int)c], ensemble.Predict([c]), 0.5));
        Assert.Equal(ensemble.Predict([double.NaN]), ensemble.Predict([40]));
        Assert.Equal(ensemble.Predict([double.NaN]), ensemble.Predict([1e9]));
    }

    [Fact]
    public void Fit_PureNoise_StopsEarly()
    {
        var (table, _) = Smooth();
        var rng = new Rng(4, "noise");
        double[] target = [.. Enumerable.Range(0, Rows).Select(_ => rng.NextGaussian())];
        var options = new TrainingOptions { Trees = 500, PatienceTrees = 20 };
        if (Refuses(Create(), table, target, options, TrainerCapabilities.EarlyStopping))
        {
            return;
        }

        var trained = Create().Prepare(table).Fit(new TrainingSample(target), options);
        Assert.True(trained.BestTrees < 60);
        Assert.Equal(trained.All.Trees, trained.HoldoutLoss.Length);
        Assert.Equal(trained.BestTrees, trained.Best.Trees);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    public void Fit_Quantile_HasItsShareBelow(double level)
    {
        var (table, target) = Smooth();
        var rng = new Rng(5, "spread");
        var noisy = target.Select(t => t + (rng.NextGaussian() * 2)).ToArray();
        var options = new TrainingOptions { Trees = 60, Leaves = 8, Loss = Loss.Quantile(level) };
        if (Refuses(Create(), table, noisy, options, TrainerCapabilities.QuantileLoss))
        {
            return;
        }

        var ensemble = Create().Prepare(table).Fit(new TrainingSample(noisy), options).All;
        var row = new double[table.Features];
        var below = Enumerable.Range(0, Rows).Count(i =>
        {
            table.CopyRow(i, row);
            return noisy[i] <= ensemble.Predict(row);
        });
        Assert.Equal(level, below / (double)Rows, 0.04);
    }

    [Fact]
    public void Fit_Weights_FollowsTheHeavyRows()
    {
        double[] x = [.. Enumerable.Range(0, 200).Select(i => (double)(i % 2))];
        double[] target = [.. Enumerable.Range(0, 200).Select(i => i < 100 ? 0.0 : 1.0)];
        double[] weights = [.. Enumerable.Range(0, 200).Select(i => i < 100 ? 1.0 : 3.0)];
        var table = new FeatureTable([x]);
        if (!Has(TrainerCapabilities.SampleWeights))
        {
            Assert.Throws<MissingCapabilityException>(() => Create().Prepare(table).Fit(new TrainingSample(target) { Weights = weights }, new TrainingOptions()));
            return;
        }

        var ensemble = Create().Prepare(table).Fit(new TrainingSample(target) { Weights = weights }, new TrainingOptions()).All;
        Assert.Equal(0.75, ensemble.Predict([1.0]), 0.01);
    }

    [Fact]
    public void Fit_ConstantTargetOrNoVaryingFeature_PredictsTheMean()
    {
        double[] constant = [.. Enumerable.Repeat(4.0, 50)];
        double[] rising = [.. Enumerable.Range(0, 50).Select(i => (double)i)];
        Assert.Equal(4, Create().Prepare(new FeatureTable([rising])).Fit(new TrainingSample(constant), new TrainingOptions()).All.Predict([7.0]), 1e-9);
        Assert.Equal(24.5, Create().Prepare(new FeatureTable([constant])).Fit(new TrainingSample(rising), new TrainingOptions()).All.Predict([4.0]), 1e-6);
    }

    [Fact]
    public void Fit_ThreeRows_PredictsWithinThem()
    {
        var ensemble = Create().Prepare(new FeatureTable([[1, 2, 3]])).Fit(new TrainingSample(new[] { 1.0, 5, 9 }), new TrainingOptions { LeafRowsMin = 1 }).All;
        Assert.InRange(ensemble.Predict([2.0]), 1, 9);
    }

    [Fact]
    public void Fit_BadTargetsAndOptions_SaysWhat()
    {
        var prepared = Create().Prepare(new FeatureTable([[1, 2, 3]]));
        Assert.Throws<BadInputException>(() => prepared.Fit(new TrainingSample(new[] { 1.0, double.NaN, 3 }), new TrainingOptions()));
        Assert.Throws<BadInputException>(() => prepared.Fit(new TrainingSample(new[] { 1.0, 0, 3 }), new TrainingOptions { Loss = Loss.LogSquared }));
        var all = Assert.Throws<BadInputException>(() => prepared.Fit(new TrainingSample(new[] { 1.0, 2 }), new TrainingOptions { Leaves = 1, LearningRate = 0 }));
        Assert.Equal(3, all.Problems.Count);
    }

    [Fact]
    public void Fit_Cancelled_Stops()
    {
        var (table, target) = Smooth();
        var prepared = Create().Prepare(table);
        Assert.ThrowsAny<OperationCanceledException>(() => prepared.Fit(new TrainingSample(target), new TrainingOptions(), new CancellationToken(canceled: true)));
    }

    protected static (FeatureTable Table, double[] Target) Smooth(int rows = Rows)
    {
        var rng = new Rng(1, "smooth");
        var columns = Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, rows).Select(_ => rng.NextDouble()).ToArray()).ToArray();
        double[] target = [.. Enumerable.Range(0, rows).Select(i => (3 * columns[0][i]) - (2 * columns[1][i] * columns[1][i]) + Math.Sin(6 * columns[2][i]))];
        return (new FeatureTable(columns), target);
    }

    private static double R2(Predictor predict, FeatureTable table, double[] target)
    {
        var row = new double[table.Features];
        var mean = target.Average();
        double residual = 0, total = 0;
        for (var i = 0; i < target.Length; i++)
        {
            table.CopyRow(i, row);
            residual += Math.Pow(predict(row) - target[i], 2);
            total += Math.Pow(target[i] - mean, 2);
        }

        return 1 - (residual / total);
    }

    private static List<double> Sweep(Predictor predict, double[] row, int feature)
    {
        var swept = row.ToArray();
        return [.. Enumerable.Range(-5, 111).Select(i =>
        {
            swept[feature] = i / 100.0;
            return predict(swept);
        })];
    }

    private bool Has(TrainerCapabilities wanted) => Create().Capabilities.HasFlag(wanted);

    /// <summary>True when the trainer lacks a capability; then asking for it must be the named error.</summary>
    private static bool Refuses(ITrainer trainer, FeatureTable table, double[] target, TrainingOptions options, TrainerCapabilities wanted)
    {
        var needed = wanted | (options.Loss.Kind == LossKind.Quantile ? TrainerCapabilities.QuantileLoss : TrainerCapabilities.None);
        if (trainer.Capabilities.HasFlag(needed))
        {
            return false;
        }

        Assert.Throws<MissingCapabilityException>(() => trainer.Prepare(table).Fit(new TrainingSample(target), options));
        return true;
    }

    private delegate double Predictor(ReadOnlySpan<double> row);
}
