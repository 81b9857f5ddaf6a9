using RapidTuner.Control.Planning;

namespace RapidTuner.Control.Tests.Planning;

public sealed class RolloutStepTests
{
    [Fact]
    public void SetLength_NoNumber_IsRefused()
    {
        // A step that never ends would keep the planner, and in virtual time the engine, for ever.
        var step = new RolloutStep { Running = true, Factor = 1, Left = 1 };
        Assert.Throws<InvalidOperationException>(() => step.SetLength(double.NaN));
    }
}
