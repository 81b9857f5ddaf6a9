using Microsoft.Data.Sqlite;
using RapidTuner.Telemetry.Store;
using SQLitePCL;

namespace RapidTuner.Telemetry.Sqlite;

/// <summary>One connection. Statements run on the native interface: through ADO.NET each value of each row would be boxed.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly SqliteConnection _connection;

    private SqliteDatabase(string path, SqliteConnection connection)
    {
        Path = path;
        _connection = connection;
    }

    public string Path { get; }

    internal sqlite3 Handle => _connection.Handle!;

    /// <summary>Opens a file, creating it unless <paramref name="readOnly"/>.</summary>
    public static SqliteDatabase Open(string path, bool readOnly)
    {
        try
        {
            return Connect(path, path, readOnly);
        }
        catch (StoreException) when (readOnly && File.Exists(path) && !File.Exists(path + "-wal"))
        {
            // In WAL mode even a reader writes beside the file. On a read-only medium nobody else does, so it may be taken as it is.
            return Connect(path, $"file:{Uri.EscapeDataString(path)}?immutable=1", readOnly);
        }
    }

    public SqliteStatement Prepare(string sql) => new(this, sql);

    /// <summary>Runs statements that return nothing of interest.</summary>
    public void Execute(string sql)
    {
        // sqlite3_exec walks a script of several statements, which prepare does not.
        var code = raw.sqlite3_exec(Handle, sql);
        if (code != raw.SQLITE_OK)
        {
            throw SqliteFaults.From(Path, Handle, code);
        }
    }

    public void Transaction(Action work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            work();
            Execute("COMMIT");
        }
        catch
        {
            TryRollback();
            throw;
        }
    }

    /// <summary>Ends a failed transaction; several failures (a full disk) have ended it already.</summary>
    public void TryRollback()
    {
        if (raw.sqlite3_get_autocommit(Handle) == 0)
        {
            _ = raw.sqlite3_exec(Handle, "ROLLBACK");
        }
    }

    /// <summary>First column of the first row as a number; 0 of nothing.</summary>
    public long Number(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.GetWhole(0) : 0;
    }

    /// <summary>First column of the first row as a text; "" of nothing.</summary>
    public string Text(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.GetText(0) : "";
    }

    /// <summary>Copies everything into another open database, in one go.</summary>
    public void CopyTo(SqliteDatabase target)
    {
        try
        {
            _connection.BackupDatabase(target._connection);
        }
        catch (SqliteException failure)
        {
            throw SqliteFaults.From(target.Path, failure);
        }
    }

    public void Dispose() => _connection.Dispose();

    private static SqliteDatabase Connect(string path, string source, bool readOnly)
    {
        // Pooled connections would keep a file open that has been set aside.
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 1,
        };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            _ = raw.sqlite3_busy_timeout(connection.Handle, 250);
            var database = new SqliteDatabase(path, connection);
            // Opening touches nothing: only the first look finds out what the file is.
            _ = database.Number("SELECT count(*) FROM sqlite_master");
            return database;
        }
        catch (SqliteException failure)
        {
            connection.Dispose();
            throw SqliteFaults.From(path, failure);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
