using RapidTuner.Control.Trust;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Control.Tests.Trust;

public sealed class BlockTestTests
{
    [Fact]
    public void Lower_ManySamples_IsBelowTheTruthAtTheStatedRate()
    {
        var below = 0;
        for (var seed = 1UL; seed <= 200; seed++)
        {
            var rng = new Rng(seed, "differences");
            double[] differences = [.. Enumerable.Range(0, 20).Select(_ => 0.03 + (0.1 * rng.NextGaussian()))];
            below += BlockTest.Lower(differences, 0.1, seed) <= 0.03 ? 1 : 0;
        }

        Assert.InRange(below, 168, 195);
    }

    [Fact]
    public void Bounds_Differences_AreOnBothSidesOfTheMean()
    {
        double[] differences = [0.1, 0.2, 0.15, 0.05, 0.12, 0.18];
        Assert.InRange(BlockTest.Lower(differences, 0.05, 1), 0.05, 0.13);
        Assert.InRange(BlockTest.Upper(differences, 0.05, 1), 0.13, 0.22);
        Assert.Equal(double.NegativeInfinity, BlockTest.Lower([], 0.05, 1));
    }
}
