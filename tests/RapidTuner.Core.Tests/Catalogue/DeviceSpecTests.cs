using RapidTuner.Core.Catalogue;

namespace RapidTuner.Core.Tests.Catalogue;

public sealed class DeviceSpecTests
{
    private static readonly SpecCatalogue Known = SpecCatalogue.Open();

    [Theory]
    [InlineData("h100", 132, 8, 8)]
    [InlineData("h200", 132, 8, 8)]
    [InlineData("a100-80g", 108, 2, 4)]
    [InlineData("l20", 92, 2, 4)]
    [InlineData("mi300x", 304, 8, 8)]
    [InlineData("mi210", 104, 8, 8)]
    [InlineData("mi250x-gcd", 110, 8, 8)]
    [InlineData("mi355x", 256, 8, 8)]
    public void Units_OfTheDesign_AreThese(string name, int units, int step, int minUnits)
    {
        var device = Known.Device(name);
        Assert.Equal((units, step, minUnits), (device.Units, device.Step, device.MinUnits));
    }

    [Theory]
    [InlineData("h100", 132, true)]
    [InlineData("h100", 128, true)]
    [InlineData("h100", 130, false)]
    [InlineData("h100", 4, false)]
    [InlineData("h100", 140, false)]
    [InlineData("a100-80g", 4, true)]
    [InlineData("a100-80g", 2, false)]
    [InlineData("mi250x-gcd", 110, true)]
    public void Allows_ByMinimumAndStep(string name, int units, bool allowed) => Assert.Equal(allowed, Known.Device(name).Allows(units));

    [Theory]
    [InlineData("h100", 0, 8)]
    [InlineData("h100", 61, 64)]
    [InlineData("h100", 60, 56)]
    [InlineData("h100", 131, 132)]
    [InlineData("h100", int.MaxValue, 132)]
    [InlineData("h100", int.MinValue, 8)]
    [InlineData("a100-80g", 3, 4)]
    public void NearestAllowed_RoundsHalfDown(string name, int units, int nearest) =>
        Assert.Equal(nearest, Known.Device(name).NearestAllowed(units));

    [Fact]
    public void DefaultPalette_EveryDevice_IsAllowedSmallAndDisjointInCounterparts()
    {
        foreach (var device in Known.Devices)
        {
            var palette = device.DefaultPalette();

            Assert.All(palette.PrefillUnits.Concat(palette.DecodeUnits), u => Assert.True(device.Allows(u)));
            Assert.InRange(palette.PrefillUnits.Length, 2, DeviceSpec.PaletteCountsMax);
            Assert.InRange(palette.DecodeUnits.Length, 2, DeviceSpec.PaletteCountsMax);
            Assert.All(palette.DecodeUnits[..^1], d => Assert.True(palette.AtMost(Phase.Prefill, device.Units - d) + d <= device.Units));
        }
    }

    [Fact]
    public void DefaultPalette_Mi300x_LeavesNoUnitUnused()
    {
        var palette = Known.Device("mi300x").DefaultPalette();

        Assert.Equal([40, 72, 112, 152, 192, 224, 264, 304], palette.DecodeUnits);
        Assert.All(palette.DecodeUnits[..^1], d => Assert.Contains(304 - d, palette.PrefillUnits));
    }

    [Fact]
    public void Map_ChangesEveryConstantWithinItsBounds()
    {
        var device = Known.Device("mi300x");
        var doubled = SpecConstants.Map(device, (_, c) => c with { Value = c.Value * 2 });

        Assert.Equal(device.MemoryBytesPerS * 2, doubled.MemoryBytesPerS.Value);
        Assert.Equal(1, doubled.Cost.WeightBandwidthEfficiency.Value);
        Assert.Equal(device.Units, doubled.Units);
        Assert.Equal(device, SpecConstants.Map(device, (_, c) => c));
        Assert.Contains(SpecConstants.Of(device), c => c.Key == "cost.bandwidth_f0");
    }
}
