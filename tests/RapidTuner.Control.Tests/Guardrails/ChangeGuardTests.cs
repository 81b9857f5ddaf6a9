using RapidTuner.Control.Guardrails;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Tests.Guardrails;

/// <summary>A change that takes time to apply is one change, however often it is asked for.</summary>
public sealed class ChangeGuardTests
{
    private static readonly GuardOptions Dear = new() { SwitchS = 10, FlapBurst = 2 };

    [Fact]
    public void Judge_TheSameChangeUntilItIsInForce_CostsOnce()
    {
        var guard = new ChangeGuard(Dear, ToyDevice.Units);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(Reason.None, guard.Judge(Situation.BothPhases(8) with { NowS = 100 + (0.05 * i) }, new Split(228, 76), urgent: false));
        }

        Assert.False(guard.Flapping);
    }

    [Fact]
    public void Judge_BackAndForth_Flaps()
    {
        var guard = new ChangeGuard(Dear, ToyDevice.Units);
        var judged = Enumerable.Range(0, 6).Select(i => guard.Judge(Situation.BothPhases(8) with { NowS = 100 + i }, new Split(304 - (38 * (1 + (i % 2))), 38 * (1 + (i % 2))), urgent: false)).ToArray();
        Assert.Contains(Reason.Flapping, judged);
    }
}
