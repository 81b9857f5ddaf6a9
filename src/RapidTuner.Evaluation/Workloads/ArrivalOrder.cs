using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads;

/// <summary>Stable order of arrival.</summary>
internal static class ArrivalOrder
{
    /// <summary>Indices of <paramref name="rows"/> by arrival; equal times keep their order.</summary>
    public static int[] Of(ReadOnlySpan<TraceRequest> rows)
    {
        var keys = new double[rows.Length];
        var order = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            keys[i] = rows[i].ArrivalS;
            order[i] = i;
        }

        // The library's sort is not stable: order the indices within each run of equal keys afterwards.
        Array.Sort(keys, order);
        for (var start = 0; start < keys.Length;)
        {
            var end = start + 1;
            while (end < keys.Length && keys[end].Equals(keys[start]))
            {
                end++;
            }

            Array.Sort(order, start, end - start);
            start = end;
        }

        return order;
    }

    /// <summary>Sorts <paramref name="rows"/> in place, stably; does nothing when they are in order.</summary>
    public static void Sort(TraceRequest[] rows)
    {
        var sorted = true;
        for (var i = 1; i < rows.Length && sorted; i++)
        {
            sorted = rows[i].ArrivalS >= rows[i - 1].ArrivalS;
        }

        if (sorted)
        {
            return;
        }

        var order = Of(rows);
        var copy = (TraceRequest[])rows.Clone();
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = copy[order[i]];
        }
    }
}
