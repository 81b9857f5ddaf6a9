using RapidTuner.Telemetry.LiteDb.Rows;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Store.Files;

namespace RapidTuner.Telemetry.LiteDb.Files;

/// <summary>
/// The database file and the one engine that writes to it. Whoever asks for it gets one that works: a file that is damaged is set aside
/// and a new one begun, one that vanished is begun anew. Not thread-safe: the store's locks guard it.
/// </summary>
internal sealed class LiteDbFile(string path, LiteDbStoreOptions options, TimeProvider clock) : IDisposable
{
    private bool _suspect;

    public string Path { get; } = path;

    /// <summary>The open file; null when it must be opened first.</summary>
    public LiteDbDatabase? Database { get; private set; }

    /// <summary>Writes to the open file.</summary>
    public BatchInsert? Insert { get; private set; }

    /// <summary>True when the open file is fit to be used.</summary>
    public bool IsReady => Database is not null && !_suspect && File.Exists(Path);

    /// <summary>A reader met damage: the next use looks at the file as a whole.</summary>
    public void Suspect() => _suspect = true;

    /// <summary>Opens the file anew.</summary>
    /// <param name="given">Highest seqs ever given out: a new file goes on from there.</param>
    /// <returns>The counters.</returns>
    public Dictionary<string, long> Open(IReadOnlyDictionary<string, long> given)
    {
        if (Database is not null && !File.Exists(Path))
        {
            // The engine would go on writing to a file that has no name any more.
            Notify(StoreNoticeKind.SetAside, $"{Path} is gone; a new store is begun in its place");
        }

        Close();
        try
        {
            return LiteDbFaults.Translate(Path, () => Checked(given));
        }
        catch (StoreException fault) when (fault.Fault == StoreFault.Corrupt)
        {
            return Replace(fault, given);
        }
    }

    /// <summary>Sets the damaged file aside and begins a new one.</summary>
    /// <returns>The counters.</returns>
    public Dictionary<string, long> Replace(StoreException fault, IReadOnlyDictionary<string, long> given)
    {
        Close();
        _suspect = false;
        if (File.Exists(Path))
        {
            var aside = SetAside.Move(Path, clock.GetUtcNow(), (LiteDbDatabase.LogOf(Path), "-log"), (LiteDbDatabase.TempOf(Path), "-tmp"));
            Notify(StoreNoticeKind.SetAside, $"{fault.Message}: the damaged file was set aside as {aside} and a new one begun; LiteDB's Rebuild saves what can be saved");
        }

        return LiteDbFaults.Translate(Path, () => Checked(given));
    }

    public void Close()
    {
        try
        {
            Database?.Dispose();
        }
        catch (Exception failure) when (failure is IOException or LiteDB.LiteException)
        {
            // What it could not put right is put right by the log at the next start.
        }

        (Database, Insert) = (null, null);
    }

    public void Dispose() => Close();

    private Dictionary<string, long> Checked(IReadOnlyDictionary<string, long> given)
    {
        DataDirectory.Ensure(System.IO.Path.GetDirectoryName(Path)!);
        if (File.Exists(Path))
        {
            PageCheck.Data(Path, _suspect || LiteDbDatabase.LengthOf(Path) <= options.FullCheckBytes);
            PageCheck.Trim(Path);
        }

        if (File.Exists(LiteDbDatabase.LogOf(Path)))
        {
            PageCheck.Log(LiteDbDatabase.LogOf(Path));
            PageCheck.Trim(LiteDbDatabase.LogOf(Path));
        }

        _suspect = false;
        // Leaves the gate's file behind, which tells readers that there is a writer.
        ReaderGate.TryClose(Path)?.Dispose();
        var database = LiteDbDatabase.OpenWriting(Path, version => Notify(StoreNoticeKind.Migrated, $"{Path} was brought from schema version {version} to {Schema.LiteDbSchema.Latest}"));
        var counters = database.Counters(given);
        (Database, Insert) = (database, new BatchInsert(database, counters));
        return counters;
    }

    private void Notify(StoreNoticeKind kind, string message) => options.OnNotice?.Invoke(new StoreNotice(kind, message));
}
