#if FULL_EDITION
using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using RapidTuner.Learning.MLNet;
using RapidTuner.Learning.Trees;
#endif
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Bench.Trainers;

/// <summary>ML.NET's own prediction of one row beside ours from the same trees; in the full edition only.</summary>
internal static class PeerPrediction
{
    /// <summary>Prints both, or that the edition has no ML.NET.</summary>
    public static void Print(FriedmanData data, TrainingOptions how, TextWriter output)
    {
#if FULL_EDITION
        var inputs = new FastTreeInputs(data.Table);
        var context = new MLContext(seed: 1);
        var view = FastTreeData.Of(context, inputs, [.. Enumerable.Range(0, data.Table.Rows)], data.Target, default);
        var model = context.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options { NumberOfTrees = how.Trees, NumberOfLeaves = how.Leaves }).Fit(view);
        var builder = new TreeEnsembleBuilder(new int[data.Table.Features]);
        FastTreeExport.AddTrees(builder, model.Model.TrainedTreeEnsemble, inputs);
        var ours = builder.Build(0, OutputLink.Identity);
        var engine = context.Model.CreatePredictionEngine<FastTreeExample, ScoredExample>(model, view.Schema);
        var example = new FastTreeExample { Features = [.. data.TestRow(0).ToArray().Select(v => (float)v)] };
        var scored = new ScoredExample();
        var row = data.TestRow(0).ToArray();
        TrainerBench.Time("FastTree's trees, ML.NET's PredictionEngine", 1, i => { example.Features[i % row.Length] = (float)data.TestRow(i % data.TestRows)[i % row.Length]; engine.Predict(example, ref scored); return scored.Score; }, output);
        TrainerBench.Time("FastTree's trees, exported", 1, i => { row[i % row.Length] = data.TestRow(i % data.TestRows)[i % row.Length]; return ours.Predict(row); }, output);
#else
        output.WriteLine("| ML.NET's PredictionEngine | only with `-p:Edition=full` | |");
#endif
    }
}
