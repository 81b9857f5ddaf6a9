namespace RapidTuner.Engine.Scheduling;

/// <summary>
/// A binary heap of slots by key, least first, equal keys in order of sequence number, with removal of any slot in O(log n).
/// A slot is in it at most once. Allocates only to grow.
/// </summary>
public sealed class SlotHeap
{
    private Entry[] _heap = new Entry[64];

    // Position of a slot in the heap plus one; 0: not in it.
    private int[] _position = new int[64];

    /// <summary>Slots in the heap.</summary>
    public int Count { get; private set; }

    /// <summary>The slot with the least key; the heap is not empty.</summary>
    public int Top => _heap[0].Slot;

    /// <summary>The least key; the heap is not empty.</summary>
    public double TopKey => _heap[0].Key;

    /// <summary>The slot at <paramref name="index"/> of the heap's own order (0 to Count − 1).</summary>
    public int At(int index) => _heap[index].Slot;

    /// <summary>True when <paramref name="slot"/> is in the heap.</summary>
    public bool Contains(int slot) => slot < _position.Length && _position[slot] != 0;

    /// <summary>Adds a slot that is not in the heap.</summary>
    public void Push(int slot, double key, long seq)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * Count);
        }

        if (slot >= _position.Length)
        {
            Array.Resize(ref _position, Math.Max(2 * _position.Length, slot + 1));
        }

        Up(Count++, new Entry(key, seq, slot));
    }

    /// <summary>Takes the slot with the least key.</summary>
    public int Pop()
    {
        var slot = _heap[0].Slot;
        RemoveAt(0);
        return slot;
    }

    /// <summary>Removes a slot if it is in the heap.</summary>
    public void Remove(int slot)
    {
        if (Contains(slot))
        {
            RemoveAt(_position[slot] - 1);
        }
    }

    /// <summary>Empties the heap.</summary>
    public void Clear()
    {
        for (var i = 0; i < Count; i++)
        {
            _position[_heap[i].Slot] = 0;
        }

        Count = 0;
    }

    /// <summary>Makes this heap equal to <paramref name="other"/>.</summary>
    public void CopyFrom(SlotHeap other)
    {
        if (_heap.Length < other._heap.Length)
        {
            _heap = new Entry[other._heap.Length];
        }

        if (_position.Length < other._position.Length)
        {
            _position = new int[other._position.Length];
        }

        Array.Copy(other._heap, _heap, other.Count);
        Array.Copy(other._position, _position, other._position.Length);
        Array.Clear(_position, other._position.Length, _position.Length - other._position.Length);
        Count = other.Count;
    }

    private void RemoveAt(int index)
    {
        _position[_heap[index].Slot] = 0;
        var last = _heap[--Count];
        if (index == Count)
        {
            return;
        }

        if (index > 0 && last.Before(_heap[(index - 1) / 2]))
        {
            Up(index, last);
        }
        else
        {
            Down(index, last);
        }
    }

    private void Up(int index, Entry entry)
    {
        while (index > 0)
        {
            var parent = (index - 1) / 2;
            if (!entry.Before(_heap[parent]))
            {
                break;
            }

            Put(index, _heap[parent]);
            index = parent;
        }

        Put(index, entry);
    }

    private void Down(int index, Entry entry)
    {
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && _heap[child + 1].Before(_heap[child]))
            {
                child++;
            }

            if (!_heap[child].Before(entry))
            {
                break;
            }

            Put(index, _heap[child]);
            index = child;
        }

        Put(index, entry);
    }

    private void Put(int index, Entry entry)
    {
        _heap[index] = entry;
        _position[entry.Slot] = index + 1;
    }

    private readonly record struct Entry(double Key, long Seq, int Slot)
    {
        public bool Before(in Entry other) => Key < other.Key || (Key == other.Key && Seq < other.Seq);
    }
}
