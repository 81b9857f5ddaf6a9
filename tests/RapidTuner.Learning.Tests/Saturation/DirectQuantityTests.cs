using RapidTuner.Core;
using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Saturation;

namespace RapidTuner.Learning.Tests.Saturation;

public sealed class DirectQuantityTests
{
    private static readonly StepGrid Grid = new(100, 32);

    [Fact]
    public void Fit_NoisyMeasurements_PredictsFreshOnesAndHoldsItsInterval()
    {
        var direct = DirectQuantity.Fit(Rows(1_500, 1), Grid, 1)!;
        var fresh = Rows(1_000, 2);
        var inside = 0;
        foreach (var row in fresh)
        {
            var (value, low, high) = direct.Predict(row.Work, row.Units, row.Beside, row.BesideUnits);
            inside += row.Value >= low && row.Value <= high ? 1 : 0;
            Assert.InRange(value / Truth(row.Work, row.BesideUnits), 0.85, 1.18);
        }

        Assert.InRange(inside / 1_000.0, 0.86, 0.94);
    }

    [Fact]
    public void Fit_TooFewOrMeaninglessMeasurements_IsNone()
    {
        Assert.Null(DirectQuantity.Fit(Rows(20, 1), Grid, 1));
        Assert.Null(DirectQuantity.Fit([.. Rows(200, 1).Select(r => r with { Value = -1 })], Grid, 1));
        Assert.Null(DirectQuantity.Fit([.. Rows(200, 1).Select(r => r with { Value = double.NaN })], Grid, 1));
    }

    private static double Truth(StepWork work, int besideUnits) => 1 + (0.01 * besideUnits) + (0.05 * Math.Log(work.Sequences));

    private static DirectRow[] Rows(int count, ulong seed)
    {
        var rng = new Rng(seed, "direct");
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var work = StepWork.Decode(1 + rng.NextInt(200), 50_000);
            var besideUnits = 4 * (1 + rng.NextInt(20));
            return new DirectRow(work, 100 - besideUnits, StepWork.Prefill(1, 512, 0), besideUnits, Truth(work, besideUnits) * Math.Exp(0.03 * rng.NextGaussian()));
        })];
    }
}
