namespace RapidTuner.Telemetry.Store;

/// <summary>A table of records of one type.</summary>
/// <typeparam name="T">The record.</typeparam>
public abstract class Table<T> : RecordTable
{
    private protected Table(string name, string timeColumn, IReadOnlyList<Column> columns)
        : base(name, timeColumn, columns)
    {
    }

    /// <summary>Gives the values of <paramref name="record"/> to <paramref name="sink"/>, one per column.</summary>
    /// <param name="record">The record; its own seq and run are not looked at.</param>
    /// <param name="seq">Number of the row.</param>
    /// <param name="run">Number of the run.</param>
    /// <param name="sink">Where the values go.</param>
    public abstract void Write(in T record, long seq, long run, IRowSink sink);

    /// <summary>The record of a row.</summary>
    /// <exception cref="InvalidDataException">The row does not make one.</exception>
    public abstract T Read(IRowSource row);

    /// <summary>The run that a record names (0: none).</summary>
    public abstract long RunOf(in T record);
}
