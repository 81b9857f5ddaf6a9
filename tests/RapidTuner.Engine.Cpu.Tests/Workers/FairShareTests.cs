using RapidTuner.Engine.Cpu.Workers;

namespace RapidTuner.Engine.Cpu.Tests.Workers;

public sealed class FairShareTests
{
    [Theory]
    [InlineData(0.125)]
    [InlineData(0.5)]
    [InlineData(0.875)]
    public void MayStart_OverASecondOfTiles_GivesTheShare(double share)
    {
        var fair = default(FairShare);
        fair.Begin(share);
        var (nowS, usedS) = (0.0, 0.0);
        while (nowS < 1)
        {
            if (fair.MayStart(nowS))
            {
                fair.Pay(30e-6);
                nowS += 30e-6;
                usedS += 30e-6;
            }
            else
            {
                nowS += 1e-6;
            }
        }

        Assert.Equal(share, usedS, 0.002);
    }

    [Fact]
    public void MayStart_AfterAPause_BurstsForNoMoreThanTheCreditKept()
    {
        var fair = default(FairShare);
        fair.Begin(0.25);
        Assert.True(fair.MayStart(10));
        fair.Pay(FairShare.CreditMaxS + 1e-6);
        Assert.False(fair.MayStart(10));
    }

    [Fact]
    public void MayStart_WithoutAShare_Never()
    {
        var fair = default(FairShare);
        fair.Begin(0);
        Assert.False(fair.MayStart(5));
    }
}
