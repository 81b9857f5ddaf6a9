using RapidTuner.Control.Planning;

namespace RapidTuner.Control.Tests.Planning;

/// <summary>Decode keeps more where outputs are long, and none where nothing would be gained by it.</summary>
public sealed class CapacityModelTests
{
    private static readonly CapacityModel Model = new(new ToyDevice(), ToyDevice.PaletteOf(ToyDevice.Grid), 1e6);

    [Fact]
    public void FloorShare_LongerOutputs_DecodeKeepsMore()
    {
        var prompts = Load(2000, 20);
        var outputs = Load(200, 3000);
        Assert.True(Model.FloorShare(in outputs, 0.09, 0.5) > Model.FloorShare(in prompts, 0.09, 0.5));
    }

    [Fact]
    public void FloorShare_NothingIsSustained_KeepsNone()
    {
        var load = Load(2000, 200);
        Assert.Equal(0, Model.FloorShare(in load, 1e-4, 0.5));
    }

    [Fact]
    public void FloorShare_AnyLoad_IsAShareOfTheDevice()
    {
        foreach (var output in new[] { 1.0, 30, 1e4, 1e6 })
        {
            var load = Load(1000, output);
            Assert.InRange(Model.FloorShare(in load, 0.09, 0.5), 0, 1);
        }
    }

    private static LoadSummary Load(double prompt, double output) => new(0.5, 0.5 * prompt, prompt, output, prompt + (output / 2), 0, 3, 1);
}
