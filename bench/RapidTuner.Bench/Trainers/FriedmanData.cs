using System.Runtime.InteropServices;
using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Bench.Trainers;

/// <summary>
/// Rows after Friedman (1991): a product in a sine, a square, two slopes and a step over five of the features, noise, and further
/// features that mean nothing. Every third feature has 16 values only, as settings do.
/// </summary>
internal sealed class FriedmanData
{
    private readonly double[] _test;
    private readonly double[] _testTarget;

    private FriedmanData(double[][] columns, double[] target, double[] test, double[] testTarget) =>
        (Table, Columns, Target, _test, _testTarget) = (new FeatureTable(columns), columns, target, test, testTarget);

    public FeatureTable Table { get; }

    public double[][] Columns { get; }

    public double[] Target { get; }

    public int TestRows => _testTarget.Length;

    /// <summary>Makes rows to fit and a quarter as many to test.</summary>
    public static FriedmanData Make(int rows, int features, ulong seed)
    {
        var rng = new Rng(seed, "friedman");
        var columns = Enumerable.Range(0, features).Select(_ => new double[rows]).ToArray();
        var target = new double[rows];
        var row = new double[features];
        for (var r = 0; r < rows; r++)
        {
            target[r] = Draw(rng, row);
            for (var f = 0; f < features; f++)
            {
                columns[f][r] = row[f];
            }
        }

        var (test, testTarget) = (new double[rows / 4 * features], new double[rows / 4]);
        for (var r = 0; r < testTarget.Length; r++)
        {
            testTarget[r] = Draw(rng, test.AsSpan(r * features, features));
        }

        return new FriedmanData(columns, target, test, testTarget);
    }

    /// <summary>A row to test.</summary>
    public ReadOnlySpan<double> TestRow(int row) => _test.AsSpan(row * Table.Features, Table.Features);

    /// <summary>Root of the mean squared error on the rows to test.</summary>
    public double Rmse(TreeEnsemble ensemble)
    {
        var sum = 0.0;
        for (var r = 0; r < _testTarget.Length; r++)
        {
            var error = ensemble.Predict(TestRow(r)) - _testTarget[r];
            sum += error * error;
        }

        return Math.Sqrt(sum / _testTarget.Length);
    }

    /// <summary>Writes raw little-endian doubles: columns and target to fit, rows and target to test.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        using (var file = File.Create(Path.Combine(folder, "x.bin")))
        {
            foreach (var column in Columns)
            {
                file.Write(MemoryMarshal.AsBytes<double>(column));
            }
        }

        File.WriteAllBytes(Path.Combine(folder, "y.bin"), MemoryMarshal.AsBytes<double>(Target).ToArray());
        File.WriteAllBytes(Path.Combine(folder, "x-test.bin"), MemoryMarshal.AsBytes<double>(_test).ToArray());
        File.WriteAllBytes(Path.Combine(folder, "y-test.bin"), MemoryMarshal.AsBytes<double>(_testTarget).ToArray());
    }

    private static double Draw(Rng rng, Span<double> row)
    {
        for (var f = 0; f < row.Length; f++)
        {
            row[f] = f % 3 == 2 ? rng.NextInt(16) / 16.0 : rng.NextDouble();
        }

        var (a, b, c, d, e) = (row[0], row[1], row[2], row[3], row[4]);
        return (10 * Math.Sin(Math.PI * a * b)) + (20 * (c - 0.5) * (c - 0.5)) + (10 * d) + (5 * e) + (row[5] > 0.5 ? 3 : 0) + rng.NextGaussian();
    }
}
