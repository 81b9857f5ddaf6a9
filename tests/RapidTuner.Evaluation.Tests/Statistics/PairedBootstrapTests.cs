using RapidTuner.Evaluation.Statistics;

namespace RapidTuner.Evaluation.Tests.Statistics;

public sealed class PairedBootstrapTests
{
    [Fact]
    public void OfMean_OneSeed_IsNull() => Assert.Null(PairedBootstrap.OfMean([1.0]));

    [Fact]
    public void OfRatio_ConstantRatioOverNoisySeeds_HasNoWidth()
    {
        // Seeds differ tenfold, the ratio does not: pairing removes what the seeds share.
        var interval = PairedBootstrap.OfRatio([1.1, 11, 2.2], [1, 10, 2])!.Value;
        Assert.Equal(1.1, interval.Mean, 12);
        Assert.Equal(1.1, interval.Low, 12);
        Assert.Equal(1.1, interval.High, 12);
    }

    [Fact]
    public void OfRatio_BaselineZero_IsNull() => Assert.Null(PairedBootstrap.OfRatio([1, 1], [0, 1]));

    [Fact]
    public void OfShare_UnequalBlocks_IsTheShareOfEverything()
    {
        var interval = PairedBootstrap.OfShare([10, 0, 30], [10, 1, 89])!.Value;
        Assert.Equal(0.4, interval.Mean, 12);
        Assert.InRange(interval.Mean, interval.Low, interval.High);
        Assert.Null(PairedBootstrap.OfShare([1], [2]));
        Assert.Null(PairedBootstrap.OfShare([0, 0], [0, 0]));
    }

    [Fact]
    public void OfMean_GaussianSeeds_CoversTheTruthAboutAsOftenAsItSays()
    {
        var rng = new RapidTuner.Core.Numerics.Rng(7, "coverage");
        var covered = 0;
        var values = new double[20];
        for (var trial = 0; trial < 200; trial++)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = 5 + rng.NextGaussian();
            }

            var interval = PairedBootstrap.OfMean(values)!.Value;
            covered += interval.Low <= 5 && 5 <= interval.High ? 1 : 0;
        }

        // A percentile interval over 20 values covers a little less than its 95 %.
        Assert.InRange(covered, 176, 200);
    }
}
