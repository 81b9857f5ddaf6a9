using RapidTuner.Core;
using RapidTuner.Learning.Saturation;
using RapidTuner.Learning.Tests.Latency;

namespace RapidTuner.Learning.Tests.Saturation;

public sealed class SaturationCurveTests
{
    private static readonly int[] Units = [.. Enumerable.Range(1, 25).Select(i => 4 * i)];

    [Theory]
    [InlineData(new[] { 10.0, 5, 4.2, 4.1, 4 }, 3)]
    [InlineData(new[] { 4.0, 4, 4, 4, 4 }, 1)]
    [InlineData(new[] { 9.0, 8, 7, 6, 4 }, 5)]
    [InlineData(new[] { 4.1, 9, 4.1, 4.1, 4 }, 3)]
    public void PointOf_IsTheFewestUnitsFromWhichEveryLargerCountIsWithinFivePercent(double[] seconds, int units) =>
        Assert.Equal(units, SaturationCurve.PointOf([.. seconds.Select((s, i) => (i + 1, s))]));

    [Fact]
    public void Of_DecodeBatch_LiesWhereTheMadeUpDeviceIsNearlyAsFastAsWhole()
    {
        var work = StepWork.Decode(32, 32 * 2_000);
        var curve = SaturationCurve.Of(LatencyTrainerTests.Model, Phase.Decode, work, Units);
        var device = new MadeUpDevice();

        // Half of the units that saturate its bandwidth would take twice as long.
        Assert.InRange(device.AloneS(Phase.Decode, work, curve.Units) / device.AloneS(Phase.Decode, work, MadeUpDevice.Units), 1, 1.15);
        Assert.True(curve.LowUnits <= curve.Units && curve.Units <= curve.HighUnits);
        Assert.Equal(Units.Length, curve.Points.Count);
        Assert.All(curve.Points.Zip(curve.Points.Skip(1)), p => Assert.True(p.Second.P50S <= 1.1 * p.First.P50S));
        Assert.All(curve.Points, p => Assert.True(p.LowS < p.P50S && p.P50S < p.HighS));
    }

    [Fact]
    public void Of_WiderErrorOfShape_WidensTheInterval()
    {
        var work = StepWork.Prefill(1, 1024, 0);
        int Width(double error) => SaturationCurve.Of(LatencyTrainerTests.Model, Phase.Prefill, work, Units, error) is var c ? c.HighUnits - c.LowUnits : 0;
        Assert.True(Width(0.1) >= Width(0.02) && Width(0.1) > 0);
    }
}
