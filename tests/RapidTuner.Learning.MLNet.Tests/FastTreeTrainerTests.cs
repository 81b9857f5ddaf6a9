using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Tests.Trees.Training;
using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.MLNet.Tests;

public sealed class FastTreeTrainerTests : TrainerConformance
{
    protected override ITrainer Create() => new FastTreeTrainer();

    [Theory]
    [InlineData(1)]
    [InlineData(1e-6)]
    [InlineData(1e6)]
    public void Export_AnyRow_IsBitEqualToMlNetsOwnScore(double scale)
    {
        var (table, target) = Smooth();
        foreach (var column in table.Columns)
        {
            for (var row = 0; row < column.Length; row++)
            {
                column[row] *= scale;
            }
        }

        var context = new MLContext(seed: 1);
        var rows = Enumerable.Range(0, table.Rows).ToArray();
        var data = FastTreeData.Of(context, new FastTreeInputs(table), rows, target, default);
        var model = context.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options { NumberOfTrees = 50, NumberOfLeaves = 31 }).Fit(data);
        var builder = new TreeEnsembleBuilder(new int[table.Features]);
        FastTreeExport.AddTrees(builder, model.Model.TrainedTreeEnsemble, new FastTreeInputs(table));
        var ours = builder.Build(0, OutputLink.Identity);

        // Rows never seen, and rows that fall between the floats that ML.NET rounds to.
        var rng = new Rng(2, "rows");
        var values = new double[4];
        var predict = context.Model.CreatePredictionEngine<FastTreeExample, Scored>(model, data.Schema);
        for (var i = 0; i < 10_000; i++)
        {
            for (var f = 0; f < values.Length; f++)
            {
                values[f] = i % 2 == 0 ? ((rng.NextDouble() * 1.2) - 0.1) * scale : NearAThreshold(ours, rng);
            }

            var theirs = predict.Predict(new FastTreeExample { Features = [.. values.Select(v => (float)v)] }).Score;
            Assert.Equal(theirs, (float)ours.Predict(values));
        }
    }

    [Fact]
    public void Fit_Quantile_NamesWhatIsMissing()
    {
        var (table, target) = Smooth();
        var refused = Assert.Throws<MissingCapabilityException>(() =>
            Create().Prepare(table).Fit(new TrainingSample(target), new TrainingOptions { Loss = Loss.Quantile(0.9), Monotone = [1, 0, 0, 0] }));
        Assert.Equal(("fasttree", TrainerCapabilities.QuantileLoss | TrainerCapabilities.MonotoneConstraints), (refused.Trainer, refused.Missing));
    }

    [Fact]
    public void Fit_MoreTreesThanAStretch_GoesOnFromTheResidual()
    {
        var (table, target) = Smooth();
        var options = new TrainingOptions { Trees = FastTreeTrainer.StretchTrees + 50, Leaves = 7 };
        var trained = Create().Prepare(table).Fit(new TrainingSample(target) { Holdout = [.. Enumerable.Range(0, 600).Select(i => 5 * i)] }, options);
        Assert.Equal(options.Trees, trained.All.Trees);
        Assert.True(trained.HoldoutLoss[^1] < trained.HoldoutLoss[FastTreeTrainer.StretchTrees - 1]);
    }

    private static double NearAThreshold(TreeEnsemble ensemble, Rng rng)
    {
        var nodes = ensemble.Arrays.Nodes;
        var threshold = nodes[rng.NextInt(nodes.Length)].Threshold;
        return rng.NextInt(3) switch { 0 => threshold, 1 => Math.BitIncrement(threshold), _ => Math.BitDecrement(threshold) };
    }

    private sealed class Scored
    {
        [ColumnName("Score")]
        public float Score { get; set; }
    }
}
