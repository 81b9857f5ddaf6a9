namespace RapidTuner.Control.Tests.Guardrails;

/// <summary>A clock that moves when a test moves it.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => 1_000_003;

    public void Pass(double seconds) => _ticks += (long)(seconds * TimestampFrequency);

    public override long GetTimestamp() => _ticks;
}
