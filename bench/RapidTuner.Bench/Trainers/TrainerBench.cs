using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace RapidTuner.Bench.Trainers;

/// <summary>
/// Fit and prediction of boosted trees. Writes its data where `bench/trainers.py` finds them, so that scikit-learn and XGBoost
/// fit the very same rows.
/// </summary>
internal sealed class TrainerBench : IBench
{
    public string Name => "trainers";

    public string About => "time, memory and error of a fit, time of a prediction; --rows --features --trees --leaves --rounds --threads --data FOLDER";

    public void Run(BenchOptions options, TextWriter output)
    {
        var (rows, features) = ((int)options.Number("rows", 100_000), (int)options.Number("features", 20));
        var how = new TrainingOptions { Trees = (int)options.Number("trees", 100), Leaves = (int)options.Number("leaves", 31), Threads = (int)options.Number("threads", 2) };
        var rounds = (int)options.Number("rounds", 3);
        var folder = options.Text("data", "");
        options.Check();
        var data = FriedmanData.Make(rows, features, 1);
        if (folder.Length > 0)
        {
            data.Write(folder);
        }

        output.WriteLine($"| trainer ({rows} × {features}, {how.Trees} trees × {how.Leaves} leaves, {how.Threads} threads) | bin s | fit s | RMSE on {data.TestRows} further rows | allocated / binned bytes |");
        output.WriteLine("|---|---:|---:|---:|---:|");
        TreeEnsemble? ours = null;
        foreach (var trainer in BuiltIn())
        {
            var ensemble = Fit(trainer, data, how, rounds, output);
            ours = trainer is HistogramTrainer ? ensemble : ours;
        }

        Predictions(ours!, data, output);
        PeerPrediction.Print(data, how, output);
    }

    private static IEnumerable<ITrainer> BuiltIn()
    {
#if FULL_EDITION
        yield return new RapidTuner.Learning.MLNet.FastTreeTrainer();
#endif
        yield return new HistogramTrainer();
    }

    private static TreeEnsemble Fit(ITrainer trainer, FriedmanData data, TrainingOptions how, int rounds, TextWriter output)
    {
        var (bestBinS, bestFitS, allocated) = (double.PositiveInfinity, double.PositiveInfinity, 0L);
        TreeEnsemble? ensemble = null;
        for (var round = 0; round < rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var started = Stopwatch.GetTimestamp();
            var prepared = trainer.Prepare(data.Table);
            var binS = Stopwatch.GetElapsedTime(started).TotalSeconds;
            started = Stopwatch.GetTimestamp();
            ensemble = prepared.Fit(new TrainingSample(data.Target), how).All;
            var fitS = Stopwatch.GetElapsedTime(started).TotalSeconds;
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            (bestBinS, bestFitS) = bestBinS + bestFitS > binS + fitS ? (binS, fitS) : (bestBinS, bestFitS);
        }

        var binned = (double)data.Table.Rows * data.Table.Features;
        output.WriteLine($"| {trainer.Name} | {bestBinS:0.000} | {bestFitS:0.000} | {data.Rmse(ensemble!):0.0000} | {allocated / binned:0.0} |");
        return ensemble!;
    }

    private static void Predictions(TreeEnsemble ensemble, FriedmanData data, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("| prediction | µs | bytes |");
        output.WriteLine("|---|---:|---:|");
        var row = data.TestRow(0).ToArray();
        Time("one row", 1, i => { row[i % row.Length] = data.TestRow(i % data.TestRows)[i % row.Length]; return ensemble.Predict(row); }, output);
        foreach (var entries in new[] { 8, 64 })
        {
            // A sweep over a palette: one or two columns differ between its rows.
            var sweep = new double[entries * data.Table.Features];
            var into = new double[entries];
            for (var e = 0; e < entries; e++)
            {
                data.TestRow(0).CopyTo(sweep.AsSpan(e * data.Table.Features));
                sweep[(e * data.Table.Features) + 3] = e % 8 / 8.0;
                sweep[(e * data.Table.Features) + 4] = e / 8 / 8.0;
            }

            Time($"all {entries} entries of a palette", 1, i => { sweep[i % 3] = i % 97 / 97.0; ensemble.Predict(sweep, into); return into[0]; }, output);
        }
    }

    /// <summary>Prints the least mean time of many calls, and what they allocated.</summary>
    internal static void Time(string name, int perCall, Func<int, double> call, TextWriter output)
    {
        const int Calls = 20_000;
        var (best, bytes, sum) = (double.PositiveInfinity, 0L, 0.0);
        for (var round = 0; round < 15; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Calls; i++)
            {
                sum += call(i);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds / (Calls * perCall));
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        output.WriteLine($"| {name} | {best:0.00} | {bytes / Calls}{(double.IsNaN(sum) ? " (NaN)" : "")} |");
    }
}
