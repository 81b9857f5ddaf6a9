using RapidTuner.Telemetry.Store;
using SQLitePCL;

namespace RapidTuner.Telemetry.Sqlite;

/// <summary>A prepared statement: takes a row's values in order, or gives a row's values by number.</summary>
internal sealed class SqliteStatement : IRowSink, IRowSource, IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly sqlite3_stmt _statement;
    private int _bound;

    public SqliteStatement(SqliteDatabase database, string sql)
    {
        _database = database;
        var code = raw.sqlite3_prepare_v2(database.Handle, sql, out _statement);
        if (code != raw.SQLITE_OK)
        {
            throw SqliteFaults.From(database.Path, database.Handle, code);
        }
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False when there is none.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw Fault(code),
        };
    }

    /// <summary>Runs a statement that gives no rows, and makes it ready for the next values.</summary>
    public void Run()
    {
        var code = raw.sqlite3_step(_statement);
        _ = raw.sqlite3_reset(_statement);
        _bound = 0;
        if (code is not raw.SQLITE_DONE and not raw.SQLITE_ROW)
        {
            throw Fault(code);
        }
    }

    public void Reset()
    {
        _ = raw.sqlite3_reset(_statement);
        _bound = 0;
    }

    public void Whole(long value) => Check(raw.sqlite3_bind_int64(_statement, ++_bound, value));

    public void Real(double value) => Check(raw.sqlite3_bind_double(_statement, ++_bound, value));

    public void Text(string value) => Check(raw.sqlite3_bind_text(_statement, ++_bound, value));

    public void Blob(byte[] value)
    {
        // An empty span would bind NULL.
        Check(value.Length == 0
            ? raw.sqlite3_bind_zeroblob(_statement, ++_bound, 0)
            : raw.sqlite3_bind_blob(_statement, ++_bound, value));
    }

    public void Null() => Check(raw.sqlite3_bind_null(_statement, ++_bound));

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long GetWhole(int column) => raw.sqlite3_column_int64(_statement, column);

    public double GetReal(int column) => IsNull(column) ? double.NaN : raw.sqlite3_column_double(_statement, column);

    public string GetText(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? "";

    public byte[] GetBlob(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Fault(code);
        }
    }

    private StoreException Fault(int code) => SqliteFaults.From(_database.Path, _database.Handle, code);
}
