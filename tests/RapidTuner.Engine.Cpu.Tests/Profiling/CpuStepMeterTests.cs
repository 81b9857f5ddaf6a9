using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Engine.Cpu.Numerics;
using RapidTuner.Engine.Cpu.Profiling;
using RapidTuner.Engine.Profiling;

namespace RapidTuner.Engine.Cpu.Tests.Profiling;

public sealed class CpuStepMeterTests
{
    [Fact]
    public void Measure_AloneAndBeside_GivesPlausibleTimesAndLeavesNothingRunning()
    {
        using var model = CpuModel.Generate("small", CpuModel.TinyConfig with { Layers = 2, Hidden = 64 }, 1, WeightFormat.BFloat16);
        using var meter = new CpuStepMeter(
            model, new CpuEngineOptions { Cores = 2, Slo = new Slo("paper", 1, 1, 0.1) }, new ProfileGrid([32, 64], [1, 4], [40, 100]), pointS: 0.01, TimeProvider.System);
        Assert.Equal([2, 4, 6, 8, 10, 12, 14, 16], meter.AllowedUnits);
        var prefill = new ProfileStep(Phase.Prefill, 1, 64, 8);
        var decode = new ProfileStep(Phase.Decode, 4, 100, 8);
        for (var round = 0; round < 2; round++)
        {
            foreach (var point in new[] { new ProfilePoint(prefill), new ProfilePoint(decode), new ProfilePoint(prefill, decode), new ProfilePoint(decode, prefill) })
            {
                var measured = meter.Measure(point, default);
                Assert.True(measured.MedianS > 0 && measured.Repeats >= 5 && measured.LowS <= measured.MedianS && measured.MedianS <= measured.HighS);
            }
        }

        var sample = meter.Sample(new ProfilePoint(decode, prefill), 7, 3, default);
        Assert.Equal((7, Phase.Decode, 8, 8, 1.0), (sample.Seq, sample.Phase, sample.Units, sample.BesideUnits, sample.BesideShare));
        Assert.Equal(StepWork.Decode(4, 400), sample.Work);
        Assert.Equal(meter.Units, sample.DeviceUnits);
    }

    [Fact]
    public void Measure_ALongerPromptThanTheGridHas_IsAProblemOfThatPointAlone()
    {
        using var model = CpuModel.Generate("small", CpuModel.TinyConfig with { Layers = 1 }, 1, WeightFormat.BFloat16);
        using var meter = new CpuStepMeter(
            model, new CpuEngineOptions { Cores = 1, Slo = new Slo("paper", 1, 1, 0.1) }, new ProfileGrid([32], [1], [40]), pointS: 0.01, TimeProvider.System);
        Assert.False(Assert.Throws<StepMeterException>(() => meter.Measure(new ProfilePoint(new ProfileStep(Phase.Prefill, 1, 33, 8)), default)).DeviceLost);
        Assert.True(meter.Measure(new ProfilePoint(new ProfileStep(Phase.Prefill, 1, 32, 8)), default).MedianS > 0);
    }
}
