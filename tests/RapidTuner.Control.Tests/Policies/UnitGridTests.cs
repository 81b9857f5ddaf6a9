using RapidTuner.Control.Policies;
using RapidTuner.Core;

namespace RapidTuner.Control.Tests.Policies;

public sealed class UnitGridTests
{
    [Theory]
    [InlineData(132, 8, 8)]
    [InlineData(108, 2, 4)]
    [InlineData(114, 8, 8)]
    [InlineData(110, 8, 8)]
    [InlineData(10, 4, 3)]
    [InlineData(3, 2, 1)]
    [InlineData(1, 1, 1)]
    public void Disjoint_AnyShare_IsAllowedAndFits(int units, int step, int min)
    {
        var grid = new UnitGrid(units, step, min);
        for (var share = 0.0; share <= 1; share += 0.01)
        {
            var split = grid.Disjoint(share);
            Assert.True(Allowed(split.PrefillUnits) && Allowed(split.DecodeUnits));
            Assert.True(!grid.CanSplit || split.PrefillUnits + split.DecodeUnits <= units);
        }

        bool Allowed(int count) => count == units || (count >= min && count < units && count % step == 0);
    }

    [Fact]
    public void Nearest_BetweenTwo_IsTheNearer()
    {
        var grid = new UnitGrid(132, 8, 8);
        Assert.Equal(8, grid.Nearest(0));
        Assert.Equal(64, grid.Nearest(66));
        Assert.Equal(72, grid.Nearest(69));
        Assert.Equal(132, grid.Nearest(131));
        Assert.Equal(new Split(80, 48), grid.Disjoint(0.6));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(8, 0, 1)]
    [InlineData(8, 1, 0)]
    [InlineData(8, 1, 9)]
    public void Constructor_Impossible_Throws(int units, int step, int min) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new UnitGrid(units, step, min));
}
