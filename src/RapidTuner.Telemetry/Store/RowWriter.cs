namespace RapidTuner.Telemetry.Store;

/// <summary>Missing values, once for all tables.</summary>
internal static class RowWriter
{
    public static void Whole(this IRowSink sink, long? value)
    {
        if (value is { } known)
        {
            sink.Whole(known);
        }
        else
        {
            sink.Null();
        }
    }

    public static void RealOrNull(this IRowSink sink, double value)
    {
        if (double.IsNaN(value))
        {
            sink.Null();
        }
        else
        {
            sink.Real(value);
        }
    }

    public static long? GetWholeOrNull(this IRowSource row, int column) => row.IsNull(column) ? null : row.GetWhole(column);
}
