using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Rows as they are read: one exact array, so that ten million of them cost 24 bytes each and no copy.</summary>
internal sealed class RequestRows(int capacity)
{
    private TraceRequest[] _rows = new TraceRequest[Math.Max(1, capacity)];
    private bool _sorted = true;

    /// <summary>Rows so far.</summary>
    public int Count { get; private set; }

    /// <summary>Source rows without response tokens, left out.</summary>
    public int Skipped { get; set; }

    /// <summary>Adds a row.</summary>
    public void Add(in TraceRequest row)
    {
        if (Count == _rows.Length)
        {
            Array.Resize(ref _rows, Count * 2);
        }

        _sorted = _sorted && (Count == 0 || row.ArrivalS >= _rows[Count - 1].ArrivalS);
        _rows[Count++] = row;
    }

    /// <summary>The rows as they were added.</summary>
    public TraceRequest[] ToArray() => _rows.AsSpan(0, Count).ToArray();

    /// <summary>The rows in order of arrival (stable), and whether they had to be sorted for it.</summary>
    public (TraceRequest[] Rows, bool Reordered) ToSorted()
    {
        if (Count < _rows.Length)
        {
            Array.Resize(ref _rows, Count);
        }

        if (_sorted)
        {
            return (_rows, false);
        }

        var order = ArrivalOrder.Of(_rows);
        var sorted = new TraceRequest[Count];
        for (var i = 0; i < Count; i++)
        {
            sorted[i] = _rows[order[i]];
        }

        return (sorted, true);
    }
}
