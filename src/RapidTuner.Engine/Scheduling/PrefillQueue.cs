using RapidTuner.Core;

namespace RapidTuner.Engine.Scheduling;

/// <summary>
/// The prompts that wait. Shortest-prompt-first with ageing orders by (uncached tokens left − γ·wait); since all wait at the
/// same pace, that is the constant key (tokens left + γ·arrival), so the heap never needs to be rebuilt as time passes.
/// Preempted sequences come before all others: their clients are in the middle of a reply. Demoted ones come after all others.
/// Prompts of which a piece has been computed hold KV blocks; they can also be asked for by themselves, since they alone can go on when
/// no blocks are left for the head.
/// </summary>
internal sealed class PrefillQueue(RequestTable table, double ageingTokensPerS)
{
    private readonly SlotHeap _waiting = new();
    private readonly SlotHeap _demoted = new();
    private readonly SlotHeap _byArrival = new();
    private readonly SlotHeap _started = new();
    private PrefillOrder _order;

    public int Count => _waiting.Count + _demoted.Count;

    /// <summary>Prompt tokens still to be computed, over all that wait.</summary>
    public long Tokens { get; private set; }

    public double OldestArrivalS => _byArrival.Count == 0 ? double.NaN : _byArrival.TopKey;

    /// <summary>The first in order of those that hold KV blocks; −1 when none does.</summary>
    public int Started => _started.Count > 0 ? _started.Top : -1;

    public PrefillOrder Order
    {
        get => _order;
        set
        {
            if (_order != value)
            {
                _order = value;
                Reorder();
            }
        }
    }

    public void Push(int slot)
    {
        ref var request = ref table[slot];
        Tokens += request.RemainingTokens;
        request.State = RequestState.Queued;
        var key = KeyOf(in request);
        _waiting.Push(slot, key, request.Id);
        _byArrival.Push(slot, request.ArrivalS, request.Id);
        if (request.Blocks > 0)
        {
            _started.Push(slot, key, request.Id);
        }
    }

    /// <summary>
    /// The next request to compute, or −1. With a demotion rate, requests that cannot meet their TTFT any more are first set
    /// aside; they are served when nothing else waits.
    /// </summary>
    public int Peek(double nowS, double demotionTokensPerS)
    {
        while (_waiting.Count > 0)
        {
            var slot = _waiting.Top;
            ref var request = ref table[slot];
            if (demotionTokensPerS <= 0 || !double.IsNaN(request.FirstTokenS)
                || nowS + (request.RemainingTokens / demotionTokensPerS) <= request.ArrivalS + request.TtftLimitS)
            {
                return slot;
            }

            _waiting.Pop();
            _demoted.Push(slot, KeyOf(in request), request.Id);
        }

        return _demoted.Count > 0 ? _demoted.Top : -1;
    }

    /// <summary>Sets a request aside, to be served when nothing else waits; false when it is already.</summary>
    public bool TryDemote(int slot)
    {
        if (!_waiting.Contains(slot))
        {
            return false;
        }

        _waiting.Remove(slot);
        _demoted.Push(slot, KeyOf(in table[slot]), table[slot].Id);
        return true;
    }

    public void Remove(int slot)
    {
        Tokens -= table[slot].RemainingTokens;
        _waiting.Remove(slot);
        _demoted.Remove(slot);
        _byArrival.Remove(slot);
        _started.Remove(slot);
    }

    public void CopyFrom(PrefillQueue other)
    {
        _waiting.CopyFrom(other._waiting);
        _demoted.CopyFrom(other._demoted);
        _byArrival.CopyFrom(other._byArrival);
        _started.CopyFrom(other._started);
        _order = other._order;
        Tokens = other.Tokens;
    }

    private double KeyOf(in RequestSlot request)
    {
        if (request.Preemptions > 0)
        {
            return double.NegativeInfinity;
        }

        return _order == PrefillOrder.Fcfs ? request.ArrivalS : request.RemainingTokens + (ageingTokensPerS * request.ArrivalS);
    }

    private void Reorder()
    {
        _waiting.Clear();
        _demoted.Clear();
        _started.Clear();
        for (var i = 0; i < _byArrival.Count; i++)
        {
            var slot = _byArrival.At(i);
            ref var request = ref table[slot];
            var key = KeyOf(in request);
            _waiting.Push(slot, key, request.Id);
            if (request.Blocks > 0)
            {
                _started.Push(slot, key, request.Id);
            }
        }
    }
}
