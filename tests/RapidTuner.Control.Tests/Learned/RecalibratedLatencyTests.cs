using RapidTuner.Control.Guardrails;
using RapidTuner.Control.Learned;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Tests.Learned;

public sealed class RecalibratedLatencyTests
{
    private static readonly ToyDevice Device = new();
    private static readonly StepWork Work = StepWork.Decode(32, 32 * 1000);

    [Fact]
    public void OnStep_DeviceSlowerThanLearned_FollowsWithinTwoHundredSteps()
    {
        var latency = new RecalibratedLatency(Device);
        for (var i = 0; i < 200; i++)
        {
            latency.OnStep(Took(1.3, besideShare: 0));
        }

        Assert.Equal(1.3 * Device.AloneS(Phase.Decode, in Work, 304), latency.AloneS(Phase.Decode, in Work, 304), 4);
        Assert.Equal(Device.AloneS(Phase.Prefill, in Work, 304), latency.AloneS(Phase.Prefill, in Work, 304));
    }

    [Fact]
    public void OnStep_HybridStepsSlowerThanReckoned_FollowsThemAlone()
    {
        var latency = new RecalibratedLatency(Device);
        var prefill = StepWork.Prefill(1, 256, 0);
        var reckonedS = ((IStepLatency)Device).FusedS(in prefill, in Work, 304);
        for (var i = 0; i < 200; i++)
        {
            latency.OnStep(new StepSample { Phase = Phase.Hybrid, Work = prefill, Beside = Work, BesideShare = 1, Units = 304, BesideUnits = 304, DeviceUnits = 304, EndS = 1.3 * reckonedS });
        }

        Assert.Equal(1.3 * reckonedS, latency.FusedS(in prefill, in Work, 304), 3);
        Assert.Equal(Device.AloneS(Phase.Decode, in Work, 304), latency.AloneS(Phase.Decode, in Work, 304));
    }

    [Theory]
    [InlineData(1.3, 0.5)]
    [InlineData(double.NaN, 0)]
    [InlineData(-1, 0)]
    public void OnStep_TeachesNothing_Unchanged(double factor, double besideShare)
    {
        var latency = new RecalibratedLatency(Device);
        latency.OnStep(Took(factor, besideShare));
        Assert.Equal(Device.AloneS(Phase.Decode, in Work, 304), latency.AloneS(Phase.Decode, in Work, 304));
    }

    [Fact]
    public void OnStep_OneStraggler_MovesLittle()
    {
        var latency = new RecalibratedLatency(Device);
        latency.OnStep(Took(1000, 0));
        Assert.InRange(latency.AloneS(Phase.Decode, in Work, 304) / Device.AloneS(Phase.Decode, in Work, 304), 1, 1.02);
    }

    [Fact]
    public void SpreadFactor_PredictionsAreGarbage_IsWiderThanGuardrailsAllow()
    {
        var latency = new RecalibratedLatency(Device);
        for (var i = 0; i < 100; i++)
        {
            latency.OnStep(Took(i % 2 == 0 ? 1.03 : 0.97, 0));
        }

        Assert.InRange(latency.SpreadFactor, 1.02, 1.2);
        for (var i = 0; i < 100; i++)
        {
            latency.OnStep(Took(i % 3 == 0 ? 8 : 0.1, 0));
        }

        Assert.True(latency.SpreadFactor > new GuardOptions().WidthMax);
    }

    [Fact]
    public void MissShare_PredictionsFollowSteps_IsNothing()
    {
        var latency = new RecalibratedLatency(Device);
        for (var i = 0; i < 200; i++)
        {
            latency.OnStep(Took(1.3 * (i % 2 == 0 ? 1.1 : 0.9), 0, i % 3 == 0 ? 8 : 256));
        }

        Assert.Equal(0, latency.MissShare);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(1e-9)]
    [InlineData(double.NaN)]
    [InlineData(0)]
    public void MissShare_PredictionIsAlwaysTheSame_SaysThatItKnowsNothing(double constantS)
    {
        var latency = new RecalibratedLatency(new ConstantLatency(constantS));
        for (var i = 0; i < 200; i++)
        {
            latency.OnStep(Took(1, 0, i % 3 == 0 ? 1 : 2048));
        }

        Assert.True(latency.MissShare > new GuardOptions().MissShareMax, $"{latency.MissShare}");
    }

    [Fact]
    public void MissShare_KindThatDoesNotOccurAnyMore_IsForgotten()
    {
        var latency = new RecalibratedLatency(Device);
        for (var i = 0; i < 200; i++)
        {
            latency.OnStep(Took(i % 2 == 0 ? 5 : 0.2, besideShare: 1));
        }

        Assert.True(latency.MissShare > new GuardOptions().MissShareMax);
        for (var i = 0; i < 20_000; i++)
        {
            latency.OnStep(Took(1, besideShare: 0));
        }

        Assert.Equal(0, latency.MissShare);
    }

    private sealed class ConstantLatency(double seconds) : IStepLatency
    {
        public double AloneS(Phase phase, in StepWork work, int units) => seconds;

        public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits) => seconds;
    }

    private static StepSample Took(double factor, double besideShare, int batch = 32) => new()
    {
        Phase = Phase.Decode,
        Work = StepWork.Decode(batch, batch * 1000),
        Units = 304,
        DeviceUnits = 304,
        EndS = factor * Device.AloneS(Phase.Decode, StepWork.Decode(batch, batch * 1000), 304),
        BesideShare = besideShare,
        BesideUnits = besideShare > 0 ? 100 : 0,
    };
}
