using RapidTuner.Core.Errors;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Writing;

namespace RapidTuner.Telemetry.Tests.Writing;

public sealed class TelemetryOptionsTests
{
    [Fact]
    public void Defaults_AreInRangeAndPinned()
    {
        var problems = new Problems();
        var options = new TelemetryOptions();
        options.Check(problems);
        new Retention().Check(problems);
        Assert.False(problems.Any);
        Assert.Equal(
            (16_384, false, 1, 0.05, 200_000, 0.1, 5.0),
            (options.RingSlots, options.VirtualTime, options.StepSampling, options.TickS, options.PendingMax, options.DecisionIntervalS, options.PatienceS));
    }

    [Fact]
    public void Check_EverythingWrong_NamesEverything()
    {
        var problems = new Problems();
        new TelemetryOptions { RingSlots = 1, StepSampling = 0, TickS = 1, PendingMax = 1, DecisionIntervalS = -1, PatienceS = double.NaN }.Check(problems);
        new Retention { StepsDays = 0, GapsDays = 0, RequestsDays = 0, DecisionsDays = 0, Windows1SDays = 0, Windows10SDays = 0, Windows60SDays = 0, BudgetBytes = 1 }.Check(problems);
        Assert.Equal(14, problems.Count);
    }
}
