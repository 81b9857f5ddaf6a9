using LiteDB;
using LiteDB.Engine;
using RapidTuner.Telemetry.LiteDb.Files;
using RapidTuner.Telemetry.LiteDb.Rows;
using RapidTuner.Telemetry.LiteDb.Schema;
using RapidTuner.Telemetry.Store;
using Microsoft.Win32.SafeHandles;

namespace RapidTuner.Telemetry.LiteDb;

/// <summary>
/// An open file: for writing, the one engine of this process; for reading, an engine over the file as it was when it was opened. LiteDB
/// never merges its log by itself here: <see cref="Merge"/> does.
/// </summary>
internal sealed class LiteDbDatabase : IDisposable
{
    private readonly IDisposable?[] _beneath;

    private LiteDbDatabase(string path, LiteEngine engine, params IDisposable?[] beneath)
    {
        Path = path;
        Engine = engine;
        Documents = new LiteDatabase(engine);
        _beneath = beneath;
    }

    public string Path { get; }

    public LiteEngine Engine { get; }

    public LiteDatabase Documents { get; }

    public TimeMarks Marks { get; private set; } = new();

    /// <summary>Bytes of the log that are not merged yet.</summary>
    public long LogBytes => LengthOf(LogOf(Path));

    /// <summary>The log that LiteDB keeps beside a file.</summary>
    public static string LogOf(string path) => Beside(path, "-log");

    /// <summary>Where LiteDB sorts what does not fit in memory.</summary>
    public static string TempOf(string path) => Beside(path, "-tmp");

    public static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Opens a file for writing, creating it when it is missing, and brings its schema up to date.</summary>
    /// <param name="path">Data file.</param>
    /// <param name="migrated">Told the version of a file that was not of the latest.</param>
    public static LiteDbDatabase OpenWriting(string path, Action<int>? migrated = null)
    {
        // The collation goes with the file; ids that differ in case are different.
        var settings = new EngineSettings { Filename = path, Collation = File.Exists(path) ? null : Collation.Binary };
        var database = new LiteDbDatabase(path, new LiteEngine(settings));
        try
        {
            var version = LiteDbSchema.Check(database.Documents, path);
            database.Documents.CheckpointSize = 0;
            LiteDbSchema.Migrate(database.Documents, version);
            if (version > 0 && version < LiteDbSchema.Latest)
            {
                migrated?.Invoke(version);
            }

            database.Marks = TimeMarks.Load(database.Documents);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens a snapshot of a file, while another process may write.</summary>
    public static LiteDbDatabase OpenReading(string path)
    {
        if (!File.Exists(path))
        {
            throw new StoreException(StoreFault.Unavailable, $"{path} is not there: give the --data directory of a service or a replay");
        }

        var gate = ReaderGate.Enter(path);
        FrozenStream? log = null;
        FrozenStream? data = null;
        try
        {
            // The log first: what it lacks by then stands in neither.
            log = File.Exists(LogOf(path)) ? new FrozenStream(LogOf(path)) : null;
            data = new FrozenStream(path);
            var settings = new EngineSettings { DataStream = data, LogStream = log is null ? new MemoryStream() : log, TempStream = new MemoryStream(), ReadOnly = true };
            var database = new LiteDbDatabase(path, new LiteEngine(settings), data, log, gate);
            try
            {
                if (LiteDbSchema.Check(database.Documents, path) is var version && version < LiteDbSchema.Latest)
                {
                    throw new StoreException(StoreFault.Foreign, $"{path} has schema version {version} of {LiteDbSchema.Latest}: start the service on it once, which brings it up to date");
                }

                database.Marks = TimeMarks.Load(database.Documents);
                return database;
            }
            catch
            {
                database.Documents.Dispose();
                throw;
            }
        }
        catch
        {
            log?.Dispose();
            data?.Dispose();
            gate?.Dispose();
            throw;
        }
    }

    public ILiteCollection<BsonDocument> Of(RecordTable table) => Documents.GetCollection(table.Name, BsonAutoId.Int64);

    /// <summary>Highest seq that each table ever gave out.</summary>
    public Dictionary<string, long> Counters(IReadOnlyDictionary<string, long> atLeast)
    {
        var counters = TelemetryTables.All.ToDictionary(t => t.Name, t => atLeast.GetValueOrDefault(t.Name), StringComparer.Ordinal);
        foreach (var counter in Documents.GetCollection(LiteDbSchema.Counters).FindAll())
        {
            var table = counter["_id"].AsString;
            counters[table] = Math.Max(counter["last_seq"].AsInt64, counters.GetValueOrDefault(table));
        }

        return counters;
    }

    /// <summary>Runs <paramref name="work"/> in one transaction.</summary>
    public T Transaction<T>(Func<T> work)
    {
        Engine.BeginTrans();
        try
        {
            var result = work();
            Engine.Commit();
            return result;
        }
        catch
        {
            TryRollback();
            throw;
        }
    }

    /// <summary>Merges the log into the data file, unless another process reads. Nobody of this process may use the database meanwhile.</summary>
    public void Merge()
    {
        using var turn = ReaderGate.TryClose(Path);
        if (turn is not null)
        {
            Engine.Checkpoint();
        }
    }

    /// <summary>Brings what was committed to the disk itself, past the operating system's cache.</summary>
    public void Sync()
    {
        foreach (var path in (string[])[LogOf(Path), Path])
        {
            if (File.Exists(path))
            {
                using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                RandomAccess.FlushToDisk(handle);
            }
        }
    }

    public void Dispose()
    {
        Documents.Dispose();
        foreach (var part in _beneath)
        {
            part?.Dispose();
        }
    }

    // An engine that met a failure of the file system has closed itself: there is nothing left to roll back.
    private void TryRollback()
    {
        try
        {
            Engine.Rollback();
        }
        catch (LiteException)
        {
        }
    }

    private static string Beside(string path, string suffix) =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, System.IO.Path.GetFileNameWithoutExtension(path) + suffix + System.IO.Path.GetExtension(path));
}
