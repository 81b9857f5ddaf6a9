using RapidTuner.Control.Planning;

namespace RapidTuner.Control.Tests.Planning;

public sealed class UpperSharesTests
{
    [Fact]
    public void Value_Nothing_IsUnknown() => Assert.True(double.IsNaN(new UpperShares().Value));

    [Fact]
    public void Value_Many_IsTheUpperEndOfTheBin()
    {
        var shares = new UpperShares();
        shares.Add(0.5, 95);
        shares.Add(2.0, 5);
        Assert.Equal(0.52, shares.Value, 9);
        shares.Add(2.0, 1);
        Assert.Equal(2.02, shares.Value, 9);
        shares.Add(double.NaN, 100);
        Assert.True(double.IsPositiveInfinity(shares.Value));
        shares.Clear();
        Assert.True(double.IsNaN(shares.Value));
    }
}
