using RapidTuner.Core;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Tests.Latency;

public sealed class LatencyFeaturesTests
{
    private static readonly StepGrid Grid = new(100, 32);

    [Fact]
    public void Fill_TokensAcrossATilesEdge_TellsThemApart()
    {
        var at = Row(StepWork.Prefill(1, 128, 0), 50);
        var beyond = Row(StepWork.Prefill(1, 129, 0), 50);

        Assert.Equal(2, at[Index("tiles")]);
        Assert.Equal(3, beyond[Index("tiles")]);
    }

    [Theory]
    [InlineData(128, 32, 1)] // one wave, whole
    [InlineData(128, 31, 2.0 / (32.0 / 31))]
    [InlineData(129, 64, 1)]
    [InlineData(128, 100, 1 / 0.32)]
    public void Fill_TilesOverUnits_TellsHowMuchOfTheWavesIsIdle(int tokens, int units, double expected) =>
        Assert.Equal(expected, Row(StepWork.Prefill(1, tokens, 0), units)[Index("wave_ratio")], 1e-12);

    [Fact]
    public void FillUnits_OfAFilledRow_IsTheRowOfThoseUnits()
    {
        var (work, beside) = (StepWork.Prefill(1, 700, 100), StepWork.Decode(16, 9000));
        for (var units = 1; units <= Grid.Units; units++)
        {
            var whole = new double[LatencyFeatures.Count];
            var updated = new double[LatencyFeatures.Count];
            LatencyFeatures.Fill(whole, in Grid, in work, units, in beside, 60);
            LatencyFeatures.Fill(updated, in Grid, in work, 7, in beside, 60);
            LatencyFeatures.FillUnits(updated, in Grid, in work, units, in beside, 60);

            Assert.Equal(whole, updated);
        }
    }

    [Fact]
    public void Names_AndMonotone_AreOnePerFeature()
    {
        Assert.Equal(LatencyFeatures.Count, LatencyFeatures.Names.Count);
        Assert.Equal(LatencyFeatures.Count, LatencyFeatures.Monotone.Count);
    }

    private static int Index(string name) => LatencyFeatures.Names.ToList().IndexOf(name);

    private static double[] Row(StepWork work, int units)
    {
        var row = new double[LatencyFeatures.Count];
        LatencyFeatures.Fill(row, in Grid, in work, units, default, 0);
        return row;
    }
}
