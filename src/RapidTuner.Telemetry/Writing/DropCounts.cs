using RapidTuner.Telemetry.Ring;

namespace RapidTuner.Telemetry.Writing;

/// <summary>Records given up, by kind. Any thread may count.</summary>
internal sealed class DropCounts
{
    private readonly long[] _counts = new long[(int)EventKind.Plan + 1];
    private long _windows;

    public long Windows => Volatile.Read(ref _windows);

    public long this[EventKind kind] => Volatile.Read(ref _counts[(int)kind]);

    public void Add(EventKind kind, long count = 1) => Interlocked.Add(ref _counts[(int)kind], count);

    public void AddWindows(long count) => Interlocked.Add(ref _windows, count);
}
