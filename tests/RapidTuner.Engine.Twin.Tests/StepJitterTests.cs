namespace RapidTuner.Engine.Twin.Tests;

public class StepJitterTests
{
    private const int Draws = 200_000;

    [Fact]
    public void Factor_SameSeedStreamAndStep_IsTheSameInAnyOrder()
    {
        var (forth, back) = (new StepJitter(new TwinOptions(), 7), new StepJitter(new TwinOptions(), 7));
        var expected = Enumerable.Range(0, 1000).Select(i => forth.Factor(i % 3, i)).ToArray();
        var actual = Enumerable.Range(0, 1000).Reverse().Select(i => back.Factor(i % 3, i)).Reverse().ToArray();
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Factor_OtherSeedOrStreamOrStep_Differs()
    {
        var (one, two) = (new StepJitter(new TwinOptions(), 1), new StepJitter(new TwinOptions(), 2));
        var base0 = Enumerable.Range(0, 100).Select(i => one.Factor(0, i)).ToArray();
        Assert.True(base0.Distinct().Count() > 90);
        Assert.NotEqual(base0, Enumerable.Range(0, 100).Select(i => two.Factor(0, i)));
        Assert.NotEqual(base0, Enumerable.Range(0, 100).Select(i => one.Factor(1, i)));
    }

    [Fact]
    public void Factor_ManyDraws_AreLognormalWithStragglers()
    {
        var options = new TwinOptions { JitterSigma = 0.1, StragglerShare = 0.01, StragglerFactor = 3 };
        var jitter = new StepJitter(options, 1);
        var drawn = Enumerable.Range(0, Draws).Select(i => jitter.Factor(0, i)).Order().ToArray();

        // Median 1, a sixth above e^σ; a straggler is three times as slow, so the ninety-ninth percentile lies between.
        Assert.Equal(1, drawn[Draws / 2], 0.005);
        Assert.Equal(Math.Exp(0.1), drawn[(int)(0.8413 * Draws)], 0.005);
        Assert.Equal(0.01, drawn.Count(d => d > 2) / (double)Draws, 0.001);
        Assert.Equal(jitter.Mean, drawn.Average(), 0.002);
    }

    [Fact]
    public void Factor_NoiseFree_IsOne()
    {
        var jitter = new StepJitter(TwinOptions.NoiseFree, 1);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Equal(1, jitter.Factor(1, i)));
        Assert.Equal(1, jitter.Mean);
    }
}
