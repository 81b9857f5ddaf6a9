using RapidTuner.Core;

namespace RapidTuner.Engine.Twin.Tests;

public class TwinExecutorTests
{
    private const double SwitchS = 1e-3;

    private static readonly StepWork Prompt = StepWork.Prefill(1, 2048, 0);
    private static readonly StepWork Batch = StepWork.Decode(64, 64 * 500);
    private static readonly int Half = Twins.Units / 2;

    [Fact]
    public void Launch_NeighbourStartsAndEnds_RatesAreComputedAnew()
    {
        var cost = Twins.Cost;
        var aloneS = cost.AloneS(Phase.Prefill, Prompt, Half);
        var besideS = cost.BesideS(Phase.Prefill, Prompt, Half, Batch, Half);
        var decodeS = cost.BesideS(Phase.Decode, Batch, Half, Prompt, Half);
        Assert.True(besideS > aloneS && decodeS < besideS / 2, "the example needs a decode step that fits beside the prefill step");

        var executor = Executor();
        Launch(executor, Phase.Prefill, Prompt, Half, 0);
        Assert.Equal(aloneS, executor.NextEndS, 1e-12);

        // A quarter of the prefill is done when decode starts.
        var startS = aloneS / 4;
        Launch(executor, Phase.Decode, Batch, Half, startS);
        var decodeEndS = startS + decodeS;
        Assert.Equal(decodeEndS, executor.NextEndS, 1e-12);
        Assert.True(executor.TryEnd(executor.NextEndS, out var first));
        Assert.Equal(1, first);

        // What then remains of it goes on at the rate of a step alone.
        var left = 1 - 0.25 - (decodeS / besideS);
        Assert.Equal(decodeEndS + (left * aloneS), executor.NextEndS, 1e-12);
        Assert.False(executor.TryEnd(decodeEndS, out _));
        Assert.True(executor.TryEnd(executor.NextEndS, out var second));
        Assert.Equal(0, second);
        Assert.Equal(double.PositiveInfinity, executor.NextEndS);
    }

    [Fact]
    public void Launch_StreamsOfDevicesOfTheirOwn_DoNotMeet()
    {
        var options = Twins.Options(EngineMode.Disaggregated);
        var executor = new TwinExecutor(Twins.Cost, options, TwinOptions.NoiseFree with { SwitchS = 0 }, 1);
        Launch(executor, Phase.Prefill, Prompt, Twins.Units, 0);
        var aloneS = executor.NextEndS;
        Launch(executor, Phase.Decode, Batch, Twins.Units, aloneS / 3);
        Assert.True(executor.TryEnd(executor.NextEndS, out var first));
        Assert.Equal(1, first);
        Assert.Equal(aloneS, executor.NextEndS);
    }

    [Fact]
    public void Launch_UnitsChanged_CostsASwitch()
    {
        var executor = Executor(SwitchS);
        var nowS = 0.0;
        foreach (var (units, switches) in new[] { (Half, 0), (Half, 0), (Twins.Units, 1), (Half, 1) })
        {
            Launch(executor, Phase.Prefill, Prompt, units, nowS);
            var endS = executor.NextEndS;
            Assert.Equal(Twins.Cost.AloneS(Phase.Prefill, Prompt, units) + (switches * SwitchS), endS - nowS, 1e-9);
            Assert.True(executor.TryEnd(endS, out _));
            nowS = endS;
        }
    }

    [Fact]
    public void Launch_Hybrid_TakesTheFusedTime()
    {
        var executor = new TwinExecutor(Twins.Cost, Twins.Options(EngineMode.Hybrid), TwinOptions.NoiseFree, 1);
        executor.Launch(new StepLaunch(0, Phase.Hybrid, Prompt, Batch, Twins.Units), 0);
        Assert.Equal(Twins.Cost.FusedS(Prompt, Batch, Twins.Cost.Device.Units), executor.NextEndS, 1e-12);
    }

    [Fact]
    public void TryEnd_StepsThatEndTogether_EndByStreamAndWithoutNewRates()
    {
        var executor = Executor();
        Launch(executor, Phase.Decode, Batch, Half, 0);
        Launch(executor, Phase.Prefill, Batch, Half, 0);
        var lastS = Math.Max(Twins.Cost.BesideS(Phase.Prefill, Batch, Half, Batch, Half), Twins.Cost.BesideS(Phase.Decode, Batch, Half, Batch, Half));
        _ = executor.NextEndS;
        Assert.True(executor.TryEnd(lastS, out var first));
        Assert.True(executor.TryEnd(lastS, out var second));
        Assert.Equal((0, 1), (first, second));
    }

    [Fact]
    public void TakeEnded_InOrderOfTheirLastStep_ThenOfJoining()
    {
        var executor = Executor();
        executor.SetOutput(0, 10);
        executor.SetOutput(1, 5);
        executor.SetOutput(300, 5);
        executor.Joined(0, 0, generated: 1, steps: 100);
        executor.Joined(0, 1, generated: 1, steps: 100);
        executor.Joined(0, 300, generated: 1, steps: 100);
        Assert.False(executor.TakeEnded(0, 103, out _));
        Assert.True(executor.TakeEnded(0, 104, out var first));
        Assert.True(executor.TakeEnded(0, 104, out var second));
        Assert.False(executor.TakeEnded(0, 104, out _));
        Assert.Equal((1, 300), (first, second));
        executor.Left(0, 0);
        Assert.False(executor.TakeEnded(0, 1000, out _));
        Assert.False(executor.EndsWithToken(0, 9));
        Assert.True(executor.EndsWithToken(0, 10));
    }

    private static TwinExecutor Executor(double switchS = 0) =>
        new(Twins.Cost, Twins.Options(), TwinOptions.NoiseFree with { SwitchS = switchS }, 1);

    private static void Launch(TwinExecutor executor, Phase phase, StepWork work, int units, double nowS) =>
        executor.Launch(new StepLaunch(phase == Phase.Prefill ? 0 : 1, phase, work, default, units), nowS);
}
