using Microsoft.Data.Sqlite;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Bench.Telemetry;

/// <summary>The peer: the same columns as a plain table, written through ADO.NET as its documentation advises (one command, one transaction a batch).</summary>
internal sealed class PlainSqlite : IRowSink, IDisposable
{
    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private int _bound;

    public PlainSqlite(string path)
    {
        _path = path;
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        var columns = TelemetryTables.Steps.Columns;
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
        Execute($"CREATE TABLE steps ({string.Join(", ", columns.Select(c => c.Name == "seq" ? "seq INTEGER PRIMARY KEY" : $"{c.Name} {(c.Kind == ColumnKind.Text ? "TEXT" : c.Kind == ColumnKind.Real ? "REAL" : "INTEGER")}"))})");
        _insert = _connection.CreateCommand();
        _insert.CommandText = $"INSERT INTO steps VALUES ({string.Join(", ", columns.Select((_, i) => $"$p{i}"))})";
        for (var i = 0; i < columns.Count; i++)
        {
            _insert.Parameters.Add(new SqliteParameter { ParameterName = $"$p{i}" });
        }
    }

    public void Append(List<StepRecord> steps, int batchSteps)
    {
        for (var at = 0; at < steps.Count; at += batchSteps)
        {
            using var transaction = _connection.BeginTransaction();
            _insert.Transaction = transaction;
            for (var i = at; i < Math.Min(steps.Count, at + batchSteps); i++)
            {
                _bound = 0;
                TelemetryTables.Steps.Write(steps[i], i + 1, 1, this);
                _insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }
    }

    /// <returns>Bytes of the file.</returns>
    public double Checkpoint()
    {
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        return new FileInfo(_path).Length;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }

    public void Whole(long value) => Set(value);

    public void Real(double value) => Set(value);

    public void Text(string value) => Set(value);

    public void Blob(byte[] value) => Set(value);

    public void Null() => Set(DBNull.Value);

    private void Set(object value) => _insert.Parameters[_bound++].Value = value;

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
