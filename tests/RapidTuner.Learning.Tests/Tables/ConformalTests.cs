using RapidTuner.Learning.Tables;

namespace RapidTuner.Learning.Tests.Tables;

public sealed class ConformalTests
{
    private static readonly Conformal Calibrated = new(0.2, null, 100);

    [Fact]
    public void ForNewGroups_FewerGroups_AreWider()
    {
        var quantiles = new[] { 1, 2, 3, 5, 10, 40 }.Select(g => Calibrated.ForNewGroups(g).Quantile).ToArray();
        Assert.Equal(quantiles.OrderDescending(), quantiles);
        Assert.InRange(quantiles[^1], 0.2, 0.25);
    }

    [Fact]
    public void ForNewGroups_NoneWasHeldOut_ExpectsWhatIsExpectedOfAnyGroup()
    {
        Assert.Equal(0.3, (Calibrated with { Quantile = 0 }).ForNewGroups(0).Quantile, 12);
        Assert.True(Calibrated.ForNewGroups(0).Quantile > Calibrated.Quantile);
    }
}
