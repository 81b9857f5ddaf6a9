using RapidTuner.Control.Learned;
using RapidTuner.Control.Profiles;
using RapidTuner.Core;

namespace RapidTuner.Control.Tests.Learned;

/// <summary>A table of noisy samples answers near what was measured, between its points too.</summary>
public sealed class TableLatencyTests
{
    private static readonly ToyDevice Device = new();
    private static readonly Core.Control.Palette Units = ToyDevice.PaletteOf(ToyDevice.Grid);
    private static readonly TableLatency Table = new(new SoloProfile(Device, Units, 1, 0.02), new PairedTable(Device, Units, 1, 0.02));

    [Theory]
    [InlineData(5, 300)]
    [InlineData(77, 1500)]
    [InlineData(300, 3000)]
    public void Decode_BetweenThePoints_IsNearTheMeasured(int batch, int context)
    {
        var work = StepWork.Decode(batch, batch * (long)context);
        var beside = StepWork.Prefill(1, 1200, 0);
        Near(Device.AloneS(Phase.Decode, in work, 112), Table.AloneS(Phase.Decode, in work, 112));
        Near(Device.BesideS(Phase.Decode, in work, 112, in beside, 192), Table.BesideS(Phase.Decode, in work, 112, in beside, 192));
    }

    [Theory]
    [InlineData(700, 0)]
    [InlineData(3000, 4000)]
    public void Prefill_BetweenThePoints_IsNearTheMeasured(int tokens, int context)
    {
        var work = StepWork.Prefill(1, tokens, context);
        var beside = StepWork.Decode(40, 40 * 900);
        Near(Device.AloneS(Phase.Prefill, in work, 192), Table.AloneS(Phase.Prefill, in work, 192));
        Near(Device.BesideS(Phase.Prefill, in work, 192, in beside, 112), Table.BesideS(Phase.Prefill, in work, 192, in beside, 112));
    }

    [Fact]
    public void Decode_LatencyJumpsWhereATileBegins_FineSamplesSeeIt()
    {
        var tiled = new Tiled();
        var table = new TableLatency(new SoloProfile(tiled, Units, 1, 0, ProfileGrid.Fine), new PairedTable(tiled, Units, 1, 0));
        for (var batch = 1; batch <= 512; batch++)
        {
            var work = StepWork.Decode(batch, 128L * batch);
            Assert.Equal(tiled.AloneS(Phase.Decode, in work, 112), table.AloneS(Phase.Decode, in work, 112), 1e-9);
        }
    }

    private sealed class Tiled : Core.Control.IStepLatency
    {
        public double AloneS(Phase phase, in StepWork work, int units) => 0.01 * ((work.NewTokens + 63) / 64);

        public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits) => AloneS(phase, in work, units);
    }

    private static void Near(double expected, double actual) => Assert.InRange(actual / expected, 0.92, 1.08);
}
