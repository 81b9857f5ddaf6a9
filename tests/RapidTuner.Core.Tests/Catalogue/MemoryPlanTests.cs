using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;

namespace RapidTuner.Core.Tests.Catalogue;

public sealed class MemoryPlanTests
{
    private static readonly SpecCatalogue Known = SpecCatalogue.Open();

    // Cells of COMPARISON §4.
    [Theory]
    [InlineData("mi300x", "llama-3.1-70b")]
    [InlineData("mi300x", "mixtral-8x7b")]
    [InlineData("h200", "llama-3.1-8b")]
    [InlineData("h200", "qwen3-30b-a3b")]
    [InlineData("a100-80g", "qwen2.5-14b")]
    [InlineData("l20", "qwen2.5-3b")]
    public void For_EveryCell_FillsTheMemoryToWithinOneBlock(string device, string model)
    {
        var (d, m) = (Known.Device(device), Known.Model(model));
        var plan = MemoryPlan.For(d, m, 1, d.DefaultPalette());

        var blockBytes = m.KvBytesPerToken(1) * ModelSpec.BlockTokens;
        var usedBytes = plan.WeightBytes + plan.ActivationBytes + plan.StreamBytes + (plan.KvBlocks * blockBytes);
        Assert.InRange(plan.UsableBytes - usedBytes, 0, blockBytes);
        Assert.Equal(d.MemoryBytes * 0.9, plan.UsableBytes);
        Assert.Equal(plan.KvBlocks * 16L, plan.KvTokens);
    }

    [Fact]
    public void For_LargerPalette_PaysForItsStreams()
    {
        var (device, model) = (Known.Device("mi300x"), Known.Model("llama-3.1-70b"));
        var full = MemoryPlan.For(device, model, 1, device.DefaultPalette());
        var bare = MemoryPlan.For(device, model, 1, Palette.Unmasked(device.Units));

        Assert.Equal(14 * 177.0 * (1 << 20), full.StreamBytes);
        Assert.Equal(full.StreamBytes, (bare.KvBlocks - full.KvBlocks) * model.KvBytesPerToken(1) * 16, model.KvBytesPerToken(1) * 16);
    }

    [Fact]
    public void For_TensorParallel_HoldsMoreTokens()
    {
        var (device, model) = (Known.Device("h100"), Known.Model("llama-3.1-70b"));
        var two = MemoryPlan.For(device, model, 4, device.DefaultPalette());
        var four = MemoryPlan.For(device, model, 8, device.DefaultPalette());
        Assert.True(four.KvTokens > 2 * two.KvTokens);
    }

    [Fact]
    public void For_ModelTooLarge_SaysBytesNeededAndHad()
    {
        var (device, model) = (Known.Device("l20"), Known.Model("llama-3.1-70b"));
        var bad = Assert.Throws<BadInputException>(() => MemoryPlan.For(device, model, 1, Palette.Unmasked(device.Units)));

        Assert.StartsWith("model: llama-3.1-70b does not fit l20 with tp 1: it needs 14", bad.Message, StringComparison.Ordinal);
        Assert.Contains($"the device has {device.MemoryBytes * 0.9:F0} usable of {device.MemoryBytes};", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void For_HeadsThatDoNotDivide_SaysSo()
    {
        var (device, model) = (Known.Device("h100"), Known.Model("llama-30b"));
        var bad = Assert.Throws<BadInputException>(() => MemoryPlan.For(device, model, 8, device.DefaultPalette()));
        Assert.Equal("tp: llama-30b with 52 heads and 52 KV heads does not divide over 8 devices; give a tp that divides its heads", bad.Message);
    }
}
