using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Gpu.Hip;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Gpu.Tests.Hip;

[Collection(FakeGpuGroup.Name)]
public sealed class CuMaskTests(FakeGpu fake)
{
    [Fact]
    public void Of_BothEnds_MeetWithoutOverlap()
    {
        var prefill = CuMask.Of(304, new UnitRange(176, FromEnd: false));
        var decode = CuMask.Of(304, new UnitRange(128, FromEnd: true));
        Assert.Equal(10, prefill.Length);
        Assert.Equal(176, prefill.Sum(w => (int)uint.PopCount(w)));
        Assert.All(prefill.Zip(decode), p => Assert.Equal(0u, p.First & p.Second));
        Assert.Equal(304, prefill.Zip(decode).Sum(p => (int)uint.PopCount(p.First | p.Second)));
    }

    [Fact]
    public void Of_EveryPartition_IsBalancedOverTheDies()
    {
        for (var units = 8; units <= 304; units += 8)
        {
            var mask = CuMask.Of(304, new UnitRange(units, FromEnd: units % 16 == 0));
            var perDie = Enumerable.Range(0, 8).Select(die => Enumerable.Range(0, 38).Count(i => (mask[((i * 8) + die) / 32] >> (((i * 8) + die) % 32) & 1) == 1));
            Assert.All(perDie, count => Assert.Equal(units / 8, count));
        }
    }

    [NativeFact("cc")]
    public void Stream_CarriesTheMask()
    {
        using var device = fake.Open(Vendor.Amd);
        using var partition = device.CreatePartition(new UnitRange(40, FromEnd: true));
        using var lane = partition.CreateStream();
        Assert.Equal(CuMask.Of(304, new UnitRange(40, FromEnd: true)), fake.LastMask);
    }
}
