using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.Tables;

/// <summary>What a table takes in memory, told before it is taken: a table that is too large is refused, not begun.</summary>
internal static class TableMemory
{
    /// <summary>
    /// Bytes per cell: 8 as read, 8 again while rows without a target are left out or texts are recoded, 1 in its bin. Counted in the code.
    /// </summary>
    private const double CellBytes = 17;

    /// <summary>Bytes per row beside its cells: targets, residuals, gradients, orders, folds, misses. Counted in the code.</summary>
    private const double RowBytes = 120;

    /// <summary>Three quarters of the memory that the process may have, its container's limit included; a quarter is left for all else.</summary>
    public static long DefaultBytesMax => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    /// <summary>Adds a problem when so many cells do not fit.</summary>
    /// <param name="path">The table's file.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="bytesMax">Bytes that may be taken.</param>
    /// <param name="problems">Where the problem goes.</param>
    public static void Check(string path, long rows, int columns, long bytesMax, Problems problems)
    {
        var bytes = rows * ((CellBytes * columns) + RowBytes);
        if (bytes > bytesMax)
        {
            problems.Add(
                path, $"its {rows} rows of {columns} columns take {MiB(bytes)} of memory, and {MiB(bytesMax)} may be taken",
                $"give at most {(long)(bytesMax / ((CellBytes * columns) + RowBytes))} rows, such as every n-th, or fewer columns");
        }
    }

    private static string MiB(double bytes) => $"{Math.Ceiling(bytes / (1 << 20)):F0} MiB";
}
