using System.Runtime.ExceptionServices;

namespace RapidTuner.Learning.Trees.Training;

/// <summary>
/// A few threads that do one piece of work together, thousands of times a second. Work is cut into parts that members claim one
/// by one, so a member that the system does not let run holds nobody up: the caller, who is a member, does its parts instead.
/// Which member does a part is open; what a part computes must not depend on it. Owned by a fit, which disposes of it.
/// </summary>
/// <remarks>
/// The state is one word: round, parts of the round, next part to claim. A claim is a compare-and-swap of that word, so it can
/// only succeed in the round that was read; and a round ends only when all its parts are done, so the work that a claimant
/// reads afterwards is that round's.
/// </remarks>
internal sealed class WorkTeam : IDisposable
{
    /// <summary>Most parts of a round.</summary>
    public const int PartsMax = (1 << PartBits) - 1;

    private const int PartBits = 20;

    /// <summary>Spins before a waiting member sleeps; chosen: about the time between two parallel parts of a small tree.</summary>
    private const int SpinsBeforeSleep = 1_000;

    private readonly Thread[] _threads;
    private readonly object _gate = new();
    private Action<int, int>? _work;
    private Exception? _failure;
    private long _state;
    private int _done;
    private int _sleeping;
    private volatile bool _ended;

    /// <summary>A team of <paramref name="size"/>, the caller included.</summary>
    public WorkTeam(int size)
    {
        Size = Math.Max(1, size);
        _threads = new Thread[Size - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var member = i + 1;
            _threads[i] = new Thread(() => Serve(member)) { IsBackground = true, Name = $"trees-{member}" };
            _threads[i].Start();
        }
    }

    /// <summary>Members.</summary>
    public int Size { get; }

    /// <summary>Runs <paramref name="work"/> (member, part) for every part from 0 to <paramref name="parts"/>; returns when all are done. What a part throws is thrown here, as on one thread.</summary>
    public void Run(int parts, Action<int, int> work)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts, PartsMax);
        if (Size == 1 || parts <= 1)
        {
            for (var part = 0; part < parts; part++)
            {
                work(0, part);
            }

            return;
        }

        _work = work;
        Volatile.Write(ref _done, 0);
        var round = (Volatile.Read(ref _state) >> (2 * PartBits)) + 1;
        Interlocked.Exchange(ref _state, (round << (2 * PartBits)) | ((long)parts << PartBits));
        WakeSleepers();
        DoParts(0);
        var spin = default(SpinWait);
        while (Volatile.Read(ref _done) < parts)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Part <paramref name="part"/> of <paramref name="count"/> items in <paramref name="parts"/> parts: contiguous and in order.</summary>
    public static (int From, int To) Slice(int count, int part, int parts) =>
        ((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));

    /// <summary>A number of parts for <paramref name="count"/> items: small enough to share evenly, no smaller than <paramref name="itemsMin"/>.</summary>
    public int PartsFor(int count, int itemsMin) => Size == 1 ? 1 : Math.Clamp(count / itemsMin, 1, 4 * Size);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended = true;
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private static bool HasParts(long state) => (state & PartsMax) < (state >> PartBits & PartsMax);

    private void WakeSleepers()
    {
        // A full fence stands between the state's exchange and this read, as between a sleeper's count and its last look.
        if (Volatile.Read(ref _sleeping) > 0)
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void DoParts(int member)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (!HasParts(state))
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _state, state + 1, state) == state)
            {
                Try(_work!, member, (int)(state & PartsMax));
                Interlocked.Increment(ref _done);
            }
        }
    }

    private void Serve(int member)
    {
        while (!_ended)
        {
            DoParts(member);
            for (var i = 0; i < SpinsBeforeSleep && !HasParts(Volatile.Read(ref _state)) && !_ended; i++)
            {
                Thread.SpinWait(8);
            }

            if (!HasParts(Volatile.Read(ref _state)))
            {
                Sleep();
            }
        }
    }

    private void Sleep()
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _sleeping);
            while (!HasParts(Volatile.Read(ref _state)) && !_ended)
            {
                Monitor.Wait(_gate);
            }

            Interlocked.Decrement(ref _sleeping);
        }
    }

    private void Try(Action<int, int> work, int member, int part)
    {
#pragma warning disable CA1031 // A member's failure is carried to the caller, whatever it is.
        try
        {
            work(member, part);
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
#pragma warning restore CA1031
    }
}
