using RapidTuner.Learning.Trees;

namespace RapidTuner.Learning.Tests.Trees;

public sealed class TreeEnsembleTests
{
    private static readonly int[] Mixed = [0, 5, 0, 254, 0, 1];

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 31)]
    [InlineData(8, 32)]
    [InlineData(100, 31)]
    [InlineData(133, 7)]
    [InlineData(10, 33)]
    [InlineData(5, 1)]
    public void Predict_AnyRow_EqualsWalkingToTheLastBit(int trees, int leaves)
    {
        var random = new RandomTrees((ulong)(trees + leaves));
        var ensemble = random.Ensemble(trees, leaves, Mixed);
        for (var i = 0; i < 500; i++)
        {
            var row = random.Row(Mixed);
            Assert.Equal(BitConverter.DoubleToInt64Bits(ensemble.Walk(row)), BitConverter.DoubleToInt64Bits(ensemble.Predict(row)));
        }
    }

    [Theory]
    [InlineData(100, 31, 1)]
    [InlineData(100, 31, 75)]
    [InlineData(9, 40, 10)]
    public void Predict_Batch_EqualsItsRows(int trees, int leaves, int rows)
    {
        var random = new RandomTrees(7);
        var ensemble = random.Ensemble(trees, leaves, Mixed);
        var all = Enumerable.Range(0, rows).Select(_ => random.Row(Mixed)).ToArray();
        foreach (var varying in new[] { 0, 1, Mixed.Length })
        {
            // Features from `varying` on are those of the first row: a sweep.
            var batch = all.SelectMany(row => row.Take(varying).Concat(all[0].Skip(varying))).ToArray();
            var into = new double[rows];
            ensemble.Predict(batch, into);
            for (var i = 0; i < rows; i++)
            {
                Assert.Equal(ensemble.Predict(batch.AsSpan(i * Mixed.Length, Mixed.Length)), into[i]);
            }
        }
    }

    [Fact]
    public void Predict_Always_AllocatesNothing()
    {
        var random = new RandomTrees(3);
        var ensemble = random.Ensemble(100, 31, Mixed);
        var row = random.Row(Mixed);
        var batch = Enumerable.Repeat(row, 16).SelectMany(r => r).ToArray();
        var into = new double[16];
        ensemble.Predict(row);
        ensemble.Predict(batch, into);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            ensemble.Predict(row);
            ensemble.Predict(batch, into);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Predict_WrongLength_Throws()
    {
        var ensemble = new RandomTrees(1).Ensemble(2, 4, [0, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => ensemble.Predict(new double[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ensemble.Predict(new double[3], new double[1]));
    }

    [Fact]
    public void Truncate_FewerTrees_KeepsTheFirst()
    {
        var random = new RandomTrees(5);
        var ensemble = random.Ensemble(20, 9, Mixed);
        var none = ensemble.Truncate(0);
        Assert.Equal(ensemble.Base, none.Predict(random.Row(Mixed)));
        var some = ensemble.Truncate(12);
        Assert.Equal(12, some.Trees);
        Assert.Equal(12 * 9, some.Leaves);
        var again = TreeEnsembleCodec.Read(TreeEnsembleCodec.Write(some), "trees");
        var row = random.Row(Mixed);
        Assert.Equal(some.Predict(row), again.Predict(row));
    }
}
