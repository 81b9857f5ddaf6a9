using System.Buffers.Binary;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Trees;

namespace RapidTuner.Learning.Tests.Trees;

public sealed class TreeEnsembleCodecTests
{
    private const int FirstNode = 32 + (4 * 2) + (4 * 2);
    private static readonly int[] Categories = [0, 6];

    [Fact]
    public void Read_Written_PredictsTheSame()
    {
        var random = new RandomTrees(11);
        var ensemble = random.Ensemble(30, 31, Categories);
        var again = TreeEnsembleCodec.Read(TreeEnsembleCodec.Write(ensemble), "trees");
        for (var i = 0; i < 200; i++)
        {
            var row = random.Row(Categories);
            Assert.Equal(ensemble.Predict(row), again.Predict(row));
        }
    }

    [Fact]
    public void Read_Shortened_IsRefused()
    {
        var bytes = Bytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<BadInputException>(() => TreeEnsembleCodec.Read(bytes.AsMemory(0, length), "trees"));
        }
    }

    [Theory]
    [InlineData(0, int.MaxValue)]
    [InlineData(4, int.MaxValue)]
    [InlineData(8, int.MaxValue)]
    [InlineData(12, -1)]
    [InlineData(16, int.MinValue)]
    [InlineData(20, 7)]
    public void Read_HugeOrNegativeCounts_AreRefusedBeforeAllocating(int at, int value)
    {
        var bytes = Bytes();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<BadInputException>(() => TreeEnsembleCodec.Read(bytes, "trees"));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Theory]
    [InlineData(12, 0)]
    [InlineData(12, -1000)]
    [InlineData(12, 1_000_000)]
    [InlineData(8, 99)]
    [InlineData(20, 1_000)]
    public void Read_CyclesAndStrayIndices_AreRefused(int offset, int value)
    {
        // In the first node: 8 feature, 12 left child (0 is itself: a cycle), 16 right child, 20 category set.
        var bytes = Bytes();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(FirstNode + offset), value);
        Assert.Throws<BadInputException>(() => TreeEnsembleCodec.Read(bytes, "trees"));
    }

    [Fact]
    public void Read_AnyDamage_IsRefusedOrPredictsFinite()
    {
        var clean = Bytes();
        var rng = new Rng(5, "damage");
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = clean.ToArray();
            for (var k = 0; k <= rng.NextInt(3); k++)
            {
                bytes[rng.NextInt(bytes.Length)] = (byte)rng.NextInt(256);
            }

            try
            {
                var ensemble = TreeEnsembleCodec.Read(bytes, "trees");
                Assert.Equal(ensemble.Walk([0.3, 2]), ensemble.Predict([0.3, 2]));
            }
            catch (BadInputException)
            {
                // Refused: as it should be.
            }
        }
    }

    private static byte[] Bytes() => TreeEnsembleCodec.Write(new RandomTrees(2).Ensemble(2, 5, Categories));
}
