using System.Numerics;
using System.Runtime.CompilerServices;

namespace RapidTuner.Telemetry.Ring;

/// <summary>
/// A bounded queue from any number of producers to one consumer, without locks. A producer never waits: when the ring is
/// full it is told so at once, and what to do about it is its business (count a drop, or wait for room in virtual time).
/// </summary>
/// <remarks>
/// <para>Several producers, because an engine may report from one thread per stream; the price against a single producer is one
/// compare-and-swap on a line that only producers touch.</para>
/// <para><b>Protocol</b> (bounded queue of D. Vyukov, with one consumer). Each slot carries a turn. Ticket t uses slot t mod n.
/// <list type="bullet">
/// <item>turn = t: free for the producer that holds ticket t. At first slot i has turn i.</item>
/// <item>A producer reads the tail t, then the slot's turn (acquire: what the consumer did with the slot before is done).
/// Equal to t: it claims the ticket by compare-and-swap on the tail; lost: another producer got it, try the next. Less than t: the
/// consumer has not given the slot back since the last lap: full. Every failed swap means that another producer went ahead, so
/// producers as a whole always make progress.</item>
/// <item>The claimed slot is the producer's alone. It writes the value in place, then sets turn = t + 1 (release: the value is
/// visible before the turn is).</item>
/// <item>The consumer at head h reads the slot's turn (acquire). Equal to h + 1: the value is whole. It reads it in place, then sets turn =
/// h + n (release: its reads are done before a producer may overwrite) and moves on. Anything else: nothing more to read yet.</item>
/// </list>
/// A producer that stopped between claim and publication would hold up the consumer, so nothing that can throw stands between them.</para>
/// </remarks>
/// <typeparam name="T">A value type; copied only field by field, by whoever fills the slot.</typeparam>
internal sealed class BoundedRing<T>
    where T : struct
{
    private readonly Slot[] _slots;
    private readonly long _mask;

    // Producers' line, then the consumer's; the padding keeps one side's writes from evicting the other's line.
    private PaddedLong _tail;
    private PaddedLong _head;
    private PaddedLong _refused;

    /// <param name="slots">Least number of slots, 2 to 2²⁰; rounded up to a power of two.</param>
    public BoundedRing(int slots)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots, 1 << 20);
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)slots)];
        _mask = _slots.Length - 1;
        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i].Turn = i;
        }
    }

    /// <summary>Slots.</summary>
    public int Capacity => _slots.Length;

    /// <summary>Times that a producer found the ring full.</summary>
    public long Refused => Volatile.Read(ref _refused.Value);

    /// <summary>Values claimed and not yet released; a snapshot.</summary>
    public long Waiting => Math.Max(0, Volatile.Read(ref _tail.Value) - Volatile.Read(ref _head.Value));

    /// <summary>Claims a slot. When there is none the result is a null reference, which <c>Unsafe.IsNullRef</c> tells.</summary>
    /// <param name="ticket">To be given to <see cref="Publish"/> once the slot is filled.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T TryClaim(out long ticket)
    {
        while (true)
        {
            ticket = Volatile.Read(ref _tail.Value);
            ref var slot = ref _slots[ticket & _mask];
            var ahead = Volatile.Read(ref slot.Turn) - ticket;
            if (ahead == 0)
            {
                if (Interlocked.CompareExchange(ref _tail.Value, ticket + 1, ticket) == ticket)
                {
                    return ref slot.Value;
                }
            }
            else if (ahead < 0)
            {
                return ref Unsafe.NullRef<T>();
            }
        }
    }

    /// <summary>Counts one refusal.</summary>
    public void CountRefusal() => Interlocked.Increment(ref _refused.Value);

    /// <summary>Makes a claimed and filled slot visible to the consumer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Publish(long ticket) => Volatile.Write(ref _slots[ticket & _mask].Turn, ticket + 1);

    /// <summary>The next value, in place, or a null reference. Consumer only.</summary>
    public ref T TryPeek()
    {
        var head = _head.Value;
        ref var slot = ref _slots[head & _mask];
        if (Volatile.Read(ref slot.Turn) == head + 1)
        {
            return ref slot.Value;
        }

        return ref Unsafe.NullRef<T>();
    }

    /// <summary>Gives the slot of the last <see cref="TryPeek"/> back. Consumer only.</summary>
    public void Release()
    {
        var head = _head.Value;
        Volatile.Write(ref _slots[head & _mask].Turn, head + _slots.Length);
        Volatile.Write(ref _head.Value, head + 1);
    }

    private struct Slot
    {
        public long Turn;
        public T Value;
    }
}
