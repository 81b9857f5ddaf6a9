using RapidTuner.Learning.Tables;

namespace RapidTuner.Learning.Tests.Tables;

public sealed class BlendTests
{
    private static readonly double[] Target = [1, 2, 3, 4];
    private static readonly double[] Off = [5, 5, 5, 5];
    private static readonly int[] Rows = [0, 1, 2, 3];

    [Fact]
    public void Best_OnePartIsRight_IsThatPartAlone()
    {
        Assert.Equal(1, Blend.Best(Rows, Target, Target, new double[4], Off, Off).LawShare);
        Assert.Equal(1, Blend.Best(Rows, Target, Off, new double[4], Target, Off).PlainShare);
        Assert.Equal(1, Blend.Best(Rows, Target, Off, new double[4], Off, Target).BareShare);
        Assert.Equal(0, Blend.Best(Rows, Target, Off, new double[4], Off, null).BareShare);
    }

    [Fact]
    public void Of_AnyBlend_IsNoWorseOnHeldOutRowsThanTheBestPart()
    {
        double[] high = [1.5, 2.5, 3.5, 4.5], low = [0.5, 1.5, 2.5, 3.5];
        var blend = Blend.Best(Rows, Target, Off, new double[4], high, low);
        Assert.All(Rows, row => Assert.Equal(Target[row], blend.Of(Off[row], 0, high[row], low[row]), 12));
    }
}
