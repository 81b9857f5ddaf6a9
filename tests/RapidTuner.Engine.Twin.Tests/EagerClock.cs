namespace RapidTuner.Engine.Twin.Tests;

/// <summary>A clock that jumps to whatever somebody waits for: a paced engine runs as fast as it can, and in order.</summary>
internal sealed class EagerClock : TimeProvider
{
    private long _ticks;

    // An odd frequency catches code that takes ticks for 100 ns.
    public override long TimestampFrequency => 7_000_000_000;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(this, callback, state);

    private sealed class Timer(EagerClock clock, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            // A wait below a timer's resolution comes as none; a real clock would go on by itself.
            var waitS = Math.Max(dueTime.TotalSeconds, 1e-6);
            Interlocked.Add(ref clock._ticks, (long)Math.Ceiling(waitS * clock.TimestampFrequency));
            callback(state);
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
