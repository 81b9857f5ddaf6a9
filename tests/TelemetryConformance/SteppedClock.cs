namespace RapidTuner.Telemetry.Conformance;

/// <summary>A clock that moves when told to, with an odd frequency to catch code that assumes ticks of 100 ns.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private long _timestamp;

    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddDays(20_000);

    public override long TimestampFrequency => 1_234_567;

    public void Advance(double seconds)
    {
        Now = Now.AddSeconds(seconds);
        _timestamp += (long)(seconds * TimestampFrequency);
    }

    public override long GetTimestamp() => _timestamp;

    public override DateTimeOffset GetUtcNow() => Now;
}
