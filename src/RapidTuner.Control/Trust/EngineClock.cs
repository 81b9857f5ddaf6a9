namespace RapidTuner.Control.Trust;

/// <summary>Engine time as a clock: it stands at the latest moment that it was told, to the microsecond. In virtual time a seed thus reproduces a trial.</summary>
internal sealed class EngineClock : TimeProvider
{
    private long _nowUs;

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000;

    /// <inheritdoc/>
    public override long GetTimestamp() => _nowUs;

    /// <summary>Moves on to <paramref name="nowS"/> engine seconds; never back.</summary>
    public void To(double nowS)
    {
        if (nowS * TimestampFrequency is var us && us > _nowUs && us < long.MaxValue / 2)
        {
            _nowUs = (long)us;
        }
    }
}
