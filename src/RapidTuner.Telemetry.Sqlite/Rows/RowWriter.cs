using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Sqlite.Rows;

/// <summary>Writes the rows of a table that is kept as its columns say.</summary>
internal sealed class RowWriter<T>(SqliteDatabase database, Table<T> table) : IDisposable
{
    private readonly SqliteStatement _insert = database.Prepare(
        $"INSERT INTO {table.Name} ({string.Join(", ", table.Columns.Select(c => c.Name))}) VALUES ({string.Join(", ", table.Columns.Select(_ => "?"))})");

    public void Write(in T record, long seq, long run)
    {
        table.Write(in record, seq, run, _insert);
        _insert.Run();
    }

    public void RolledBack() => _insert.Reset();

    public void Dispose() => _insert.Dispose();
}
