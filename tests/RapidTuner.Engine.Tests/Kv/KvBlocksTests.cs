using RapidTuner.Engine.Kv;

namespace RapidTuner.Engine.Tests.Kv;

public class KvBlocksTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 1)]
    [InlineData(17, 2)]
    [InlineData(int.MaxValue, 134_217_728)]
    public void For_Tokens_RoundsUpToBlocks(int tokens, int blocks) => Assert.Equal(blocks, new KvBlocks(10, 16, 0).For(tokens));

    [Fact]
    public void Admits_AboveWatermarkOnly_UnlessTheCacheIsEmpty()
    {
        var kv = new KvBlocks(100, 16, 0.1);
        Assert.True(kv.Admits(100));
        Assert.False(kv.Admits(101));
        kv.Take(1);
        Assert.True(kv.Admits(89));
        Assert.False(kv.Admits(90));
    }

    [Fact]
    public void Take_MoreThanFree_Throws()
    {
        var kv = new KvBlocks(4, 16, 0);
        kv.Take(3);
        Assert.Equal(0.25, kv.FreeShare);
        Assert.Throws<InvalidOperationException>(() => kv.Take(2));
    }

    [Fact]
    public void Give_MoreThanTaken_Throws()
    {
        var kv = new KvBlocks(4, 16, 0);
        kv.Take(3);
        kv.Give(2);
        Assert.Equal(3, kv.Free);
        Assert.Throws<InvalidOperationException>(() => kv.Give(2));
    }
}
