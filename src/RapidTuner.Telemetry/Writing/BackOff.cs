namespace RapidTuner.Telemetry.Writing;

/// <summary>
/// When to try again after failures: at once after the first success, and after twice the last wait, up to a limit, while
/// failures go on. Knows only a clock; waiting is its owner's business.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="firstS">Wait after the first failure, seconds.</param>
/// <param name="limitS">Longest wait, seconds.</param>
public sealed class BackOff(TimeProvider clock, double firstS = 0.1, double limitS = 5)
{
    private long _failingSince;
    private long _failedAt;
    private double _waitS;

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; private set; }

    /// <summary>How long since the first failure of this row of failures, seconds; 0 when there is none.</summary>
    public double FailingS => Failures == 0 ? 0 : clock.GetElapsedTime(_failingSince).TotalSeconds;

    /// <summary>Seconds until the next try is due; 0 when it is.</summary>
    public double RemainingS => Failures == 0 ? 0 : Math.Max(0, _waitS - clock.GetElapsedTime(_failedAt).TotalSeconds);

    /// <summary>Books a failure.</summary>
    public void Failed()
    {
        _failedAt = clock.GetTimestamp();
        if (Failures == 0)
        {
            _failingSince = _failedAt;
        }

        _waitS = Failures == 0 ? firstS : Math.Min(limitS, _waitS * 2);
        Failures++;
    }

    /// <summary>Books a success.</summary>
    public void Succeeded() => (Failures, _waitS) = (0, 0);
}
