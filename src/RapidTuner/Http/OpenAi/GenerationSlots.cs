namespace RapidTuner.Http.OpenAi;

/// <summary>How many generations may be under way at once; closed when the service drains. Any thread.</summary>
/// <param name="max">Most at once, 1 or more.</param>
internal sealed class GenerationSlots(int max)
{
    private int _taken;
    private int _max = max;
    private long _refused;
    private int _closed;

    /// <summary>Generations under way.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Requests refused since all were taken.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>True when the service drains: nothing new is taken.</summary>
    public bool Closed => Volatile.Read(ref _closed) == 1;

    /// <summary>Most at once; may be changed while in use, and holds for what comes.</summary>
    public int Max
    {
        get => Volatile.Read(ref _max);
        set => Volatile.Write(ref _max, value);
    }

    /// <summary>Takes a place, or says that there is none.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= Max)
        {
            return true;
        }

        Interlocked.Decrement(ref _taken);
        Interlocked.Increment(ref _refused);
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Free() => Interlocked.Decrement(ref _taken);

    /// <summary>Takes nothing from now on.</summary>
    public void Close() => Volatile.Write(ref _closed, 1);
}
