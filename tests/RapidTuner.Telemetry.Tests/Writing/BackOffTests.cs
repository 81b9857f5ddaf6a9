using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Writing;

namespace RapidTuner.Telemetry.Tests.Writing;

public sealed class BackOffTests
{
    private readonly SteppedClock _clock = new();

    [Fact]
    public void Failed_AgainAndAgain_DoublesUpToTheLimit()
    {
        var backOff = new BackOff(_clock, firstS: 0.1, limitS: 1);
        Assert.Equal(0, backOff.RemainingS);
        var waits = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            backOff.Failed();
            waits.Add(Math.Round(backOff.RemainingS, 3));
            _clock.Advance(backOff.RemainingS);
        }

        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1, 1], waits);
        Assert.Equal(3.5, backOff.FailingS, 3);
        Assert.Equal(6, backOff.Failures);
    }

    [Fact]
    public void Succeeded_StartsOver()
    {
        var backOff = new BackOff(_clock);
        backOff.Failed();
        backOff.Failed();
        backOff.Succeeded();
        Assert.Equal((0, 0.0, 0.0), (backOff.Failures, backOff.RemainingS, backOff.FailingS));
        backOff.Failed();
        Assert.Equal(0.1, backOff.RemainingS, 6);
    }

    [Fact]
    public void RemainingS_AfterTheWait_IsZero()
    {
        var backOff = new BackOff(_clock);
        backOff.Failed();
        _clock.Advance(0.06);
        Assert.Equal(0.04, backOff.RemainingS, 3);
        _clock.Advance(1);
        Assert.Equal(0, backOff.RemainingS);
    }
}
