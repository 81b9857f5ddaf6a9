namespace RapidTuner.Engine.Scheduling;

/// <summary>The requests in flight, by slot. Slots of ended requests are used again, so memory follows the load, not the run's length.</summary>
internal sealed class RequestTable
{
    private RequestSlot[] _slots = new RequestSlot[256];
    private int[] _free = new int[256];
    private int _freeCount;
    private int _used;

    /// <summary>Slots in use or used before: every slot number is below this.</summary>
    public int Used => _used;

    /// <summary>Requests in flight.</summary>
    public int Count => _used - _freeCount;

    public ref RequestSlot this[int slot] => ref _slots[slot];

    /// <summary>Takes a free slot; its content is reset.</summary>
    public int Take()
    {
        if (_freeCount > 0)
        {
            var slot = _free[--_freeCount];
            _slots[slot] = default;
            return slot;
        }

        if (_used == _slots.Length)
        {
            Array.Resize(ref _slots, 2 * _used);
            Array.Resize(ref _free, 2 * _used);
        }

        _slots[_used] = default;
        return _used++;
    }

    /// <summary>Gives a slot back.</summary>
    public void Give(int slot)
    {
        _slots[slot].State = RequestState.Free;
        _free[_freeCount++] = slot;
    }

    public void CopyFrom(RequestTable other)
    {
        if (_slots.Length < other._slots.Length)
        {
            _slots = new RequestSlot[other._slots.Length];
            _free = new int[other._free.Length];
        }

        Array.Copy(other._slots, _slots, other._used);
        Array.Copy(other._free, _free, other._freeCount);
        _used = other._used;
        _freeCount = other._freeCount;
    }
}
