using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Physics;

namespace RapidTuner.Learning.Tests.Physics;

public sealed class LawFitTests
{
    [Fact]
    public void Fit_NoisyMeasurements_FindsTheLawAndPredictsBeyondThem()
    {
        var truth = Truth();
        var work = Work(600, "train");
        var rng = new Rng(1, "noise");
        double[] logs = [.. work.Rows.Select(row => truth.LogOf(in row) + (0.02 * rng.NextGaussian()))];
        var fit = LawFit.Fit(work, logs, [.. Enumerable.Range(0, work.Rows.Length)]);

        // Four times the work of any row that was measured.
        var beyond = Work(200, "test", scale: 4);
        var predicted = fit.LogsOf(beyond);
        Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(truth.LogOf(in beyond.Rows[i]), predicted[i], 0.08));
    }

    [Fact]
    public void Fit_OddMeasurements_DoNotBendTheLaw()
    {
        var truth = Truth();
        var work = Work(600, "train");
        double[] logs = [.. work.Rows.Select((row, i) => truth.LogOf(in row) + (i % 20 == 0 ? 2 : 0))];
        var predicted = LawFit.Fit(work, logs, [.. Enumerable.Range(0, work.Rows.Length)]).LogsOf(work);
        var misses = work.Rows.Select((row, i) => Math.Abs(predicted[i] - truth.LogOf(in row))).Order().ToArray();
        Assert.True(misses[540] < 0.08);
    }

    [Fact]
    public void Fit_Groups_HaveTheirOwnConstantsAndUnknownOnesTheCommon()
    {
        var truth = Truth();
        var work = Work(600, "train");
        double[] logs = [.. work.Rows.Select((row, i) => truth.LogOf(in row) + (i % 2 == 0 ? 0.3 : -0.3))];
        var keyed = work with { Keys = [[.. Enumerable.Range(0, 600).Select(i => i % 2 == 0 ? "slow" : "fast")]] };
        var fit = LawFit.Fit(keyed, logs, [.. Enumerable.Range(0, 600)]);
        Assert.Equal(["", "fast", "slow"], fit.Groups.Keys.Order(StringComparer.Ordinal));
        var known = fit.LogsOf(keyed);
        Assert.True(Enumerable.Range(0, 600).Average(i => Math.Abs(known[i] - logs[i])) < 0.05);
        var unknown = fit.LogsOf(keyed with { Keys = [[.. Enumerable.Repeat("never seen", 600)]] });
        Assert.True(Enumerable.Range(0, 600).Average(i => Math.Abs(unknown[i] - truth.LogOf(in work.Rows[i]))) < 0.35);
    }

    [Fact]
    public void LogOf_LargerShare_IsNeverSlower()
    {
        var law = Truth();
        var row = Work(1, "share").Rows[0];
        var before = double.PositiveInfinity;
        for (var share = 0.05; share <= 1; share += 0.05)
        {
            row.Share = share;
            Assert.True(law.LogOf(in row) <= before);
            before = law.LogOf(in row);
        }
    }

    private static RooflineLaw Truth()
    {
        double[] constants = [.. LawConstants.Start];
        constants[LawConstants.Compute] = Math.Log(0.8);
        constants[LawConstants.Memory] = Math.Log(0.9);
        constants[LawConstants.BandwidthShare] = Math.Log(0.3);
        constants[LawConstants.Launch] = Math.Log(0.1);
        return new RooflineLaw(constants);
    }

    private static WorkTable Work(int rows, string purpose, double scale = 1)
    {
        var rng = new Rng(2, purpose);
        double Amount(double from, double to) => scale * Math.Exp(Math.Log(from) + (rng.NextDouble() * Math.Log(to / from)));
        WorkRow[] all = [.. Enumerable.Range(0, rows).Select(_ => new WorkRow
        {
            Tflop = Amount(0.01, 100), WeightGb = Amount(0.1, 20), KvGb = Amount(0.001, 10), Tokens = Amount(1, 4096), Launches = 32,
            Share = 0.1 + (0.9 * rng.NextDouble()), PeakTflopPerS = 300, PeakGbPerS = 2000,
        })];
        return new WorkTable("test", all, [], []);
    }
}
