namespace RapidTuner.Telemetry.Store;

/// <summary>A kind of record: its columns, and how a record becomes a row and a row a record. The first column is always <c>seq</c>.</summary>
public abstract class RecordTable
{
    private protected RecordTable(string name, string timeColumn, IReadOnlyList<Column> columns)
    {
        Name = name;
        TimeColumn = timeColumn;
        Columns = columns;
    }

    /// <summary>Name, the same in every store.</summary>
    public string Name { get; }

    /// <summary>The column that time ranges are about, Unix microseconds.</summary>
    public string TimeColumn { get; }

    /// <summary>The columns, <c>seq</c> first.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>Further columns of time by which a range can be read in order.</summary>
    public virtual IReadOnlyList<string> OtherTimeColumns => [];

    /// <summary>True when a row is keyed by <c>id</c> and later saves replace it.</summary>
    public virtual bool Keyed => false;

    /// <summary>Position of a column.</summary>
    public int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == column)
            {
                return i;
            }
        }

        throw new ArgumentException($"table {Name} has no column {column}", nameof(column));
    }

    /// <summary>Copies one row of <paramref name="source"/> into <paramref name="sink"/>, column by column.</summary>
    public void Copy(IRowSource source, IRowSink sink)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (source.IsNull(i))
            {
                sink.Null();
                continue;
            }

            switch (Columns[i].Kind)
            {
                case ColumnKind.Whole:
                    sink.Whole(source.GetWhole(i));
                    break;
                case ColumnKind.Real:
                    sink.Real(source.GetReal(i));
                    break;
                case ColumnKind.Text:
                    sink.Text(source.GetText(i));
                    break;
                default:
                    sink.Blob(source.GetBlob(i));
                    break;
            }
        }
    }
}
