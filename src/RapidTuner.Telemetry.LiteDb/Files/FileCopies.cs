using RapidTuner.Telemetry.LiteDb.Schema;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb.Files;

/// <summary>Whole copies of a store: backups, restores, compaction. Each is finished under another name and then put in place.</summary>
internal static class FileCopies
{
    /// <summary>Copies data file and log, which grow at their ends alone meanwhile, and merges the copies into one plain file.</summary>
    public static void Backup(LiteDbDatabase database, long logBytes, string path)
    {
        var partial = path + ".partial";
        Copy(database.Path, LiteDbDatabase.LengthOf(database.Path), partial);
        Copy(LiteDbDatabase.LogOf(database.Path), logBytes, LiteDbDatabase.LogOf(partial));
        Merged(partial);
        File.Move(partial, path);
    }

    /// <summary>Makes a copy of a backup that is known to be whole and of a version that this program knows.</summary>
    /// <returns>The copy.</returns>
    /// <exception cref="StoreException">It is damaged, of a later version, or no backup.</exception>
    public static string Checked(string path, string target)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} is not there", path);
        }

        try
        {
            PageCheck.Data(path, whole: true);
            Copy(path, LiteDbDatabase.LengthOf(path), target);
            if (LiteDbFaults.Translate(path, () => Merged(target)) == 0)
            {
                throw new StoreException(StoreFault.Foreign, $"{path} is empty");
            }

            return target;
        }
        catch (StoreException fault) when (fault.Fault is StoreFault.Corrupt or StoreFault.Foreign)
        {
            Delete(target);
            throw new StoreException(StoreFault.Corrupt, $"{path} is damaged or no backup of RapidTuner ({fault.Message}): nothing was changed", fault);
        }
        catch
        {
            Delete(target);
            throw;
        }
    }

    /// <summary>Writes every document into a new file.</summary>
    public static void Compact(LiteDbDatabase database, string target)
    {
        Delete(target);
        using var fresh = LiteDbDatabase.OpenWriting(target);
        foreach (var collection in database.Documents.GetCollectionNames().Where(c => c != LiteDbSchema.Collection).ToList())
        {
            fresh.Engine.Insert(collection, database.Documents.GetCollection(collection).FindAll(), LiteDB.BsonAutoId.Int64);
        }

        fresh.Engine.Checkpoint();
    }

    /// <summary>Puts a finished file in the place of one that is closed and has no log.</summary>
    public static void Put(string fresh, string path)
    {
        File.Delete(LiteDbDatabase.LogOf(fresh));
        File.Delete(LiteDbDatabase.LogOf(path));
        File.Move(fresh, path, overwrite: true);
    }

    private static int Merged(string path)
    {
        var version = 0;
        using (var copy = LiteDbDatabase.OpenWriting(path))
        {
            version = copy.Documents.GetCollectionNames().Any(c => c == TelemetryTables.Requests.Name) ? LiteDbSchema.Check(copy.Documents, path) : 0;
            copy.Engine.Checkpoint();
            copy.Sync();
        }

        File.Delete(LiteDbDatabase.LogOf(path));
        return version;
    }

    private static void Copy(string path, long bytes, string target)
    {
        File.Delete(target);
        if (bytes == 0)
        {
            return;
        }

        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20);
        using var copy = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        var buffer = new byte[1 << 20];
        while (bytes > 0 && source.Read(buffer, 0, (int)Math.Min(bytes, buffer.Length)) is var read and > 0)
        {
            copy.Write(buffer, 0, read);
            bytes -= read;
        }
    }

    private static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(LiteDbDatabase.LogOf(path));
    }
}
