using RapidTuner.Learning.Tables;

namespace RapidTuner.Learning.Tests.Tables;

public sealed class BlendTests
{
    private static readonly double[] Target = [1, 2, 3, 4];
    private static readonly double[] Off = [5, 5, 5, 5];
    private static readonly int[] Rows = [0, 1, 2, 3];
    private static readonly Folds Alike = new([0, 1, 0, 1], 2, Grouped: false);
    private static readonly Folds Groups = new([0, 0, 1, 1], 2, Grouped: true);

    [Fact]
    public void Best_OnePartIsRight_IsThatPartAlone()
    {
        Assert.Equal(1, Blend.Best(Alike, Target, Target, new double[4], Off, Off).LawShare);
        Assert.Equal(1, Blend.Best(Alike, Target, Off, new double[4], Target, Off).PlainShare);
        Assert.Equal(1, Blend.Best(Alike, Target, Off, new double[4], Off, Target).BareShare);
        Assert.Equal(0, Blend.Best(Alike, Target, Off, new double[4], Off, null).BareShare);
    }

    [Fact]
    public void Of_AnyBlend_IsNoWorseOnHeldOutRowsThanTheBestPart()
    {
        double[] high = [1.5, 2.5, 3.5, 4.5], low = [0.5, 1.5, 2.5, 3.5];
        var blend = Blend.Best(Alike, Target, Off, new double[4], high, low);
        Assert.All(Rows, row => Assert.Equal(Target[row], blend.Of(Off[row], 0, high[row], low[row]), 12));
    }

    [Fact]
    public void Best_TreesBetterForOneGroupAlone_AreLeftOutWhereGroupsWereHeldOut()
    {
        double[] law = [1.2, 2.2, 3.2, 4.2], trees = [1, 2, 3.3, 4.3];
        Assert.True(Blend.Best(Alike, Target, law, new double[4], trees, null).PlainShare > 0);
        Assert.Equal(new Blend(0, 0), Blend.Best(Groups, Target, law, new double[4], trees, null));
        Assert.Equal(1, Blend.Best(Groups, Target, law, new double[4], [1, 2, 3.1, 4.1], null).PlainShare);
    }
}
