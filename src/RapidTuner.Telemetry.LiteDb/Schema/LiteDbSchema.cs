using LiteDB;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb.Schema;

/// <summary>
/// The schema's version and the way to it from every earlier one. Each table is a collection whose documents have the table's columns
/// as fields, but for <c>seq</c>, which is <c>_id</c>; a missing value is a missing field.
/// </summary>
internal static class LiteDbSchema
{
    /// <summary>Highest seq of each table that was ever given out: <c>{_id: table, last_seq}</c>.</summary>
    public const string Counters = "counters";

    /// <summary>The first row of each minute, per table and run: <c>{_id, table, run, base_us, first_seq}</c>.</summary>
    public const string Marks = "marks";

    /// <summary>Says whose file it is and of which version.</summary>
    public const string Collection = "schema";
    private const string Name = "rapidtuner";

    /// <summary>Step i brings version i to version i + 1. Only ever appended to.</summary>
    private static readonly Action<LiteDatabase>[] Migrations = [Version1];

    /// <summary>The version that this program writes.</summary>
    public static int Latest => Migrations.Length;

    /// <summary>Refuses what is not ours or is from a later version.</summary>
    /// <returns>The file's version; 0: empty.</returns>
    public static int Check(LiteDatabase database, string path)
    {
        if (!database.GetCollectionNames().Any())
        {
            return 0;
        }

        if (database.GetCollection(Collection).FindById(Name) is not { } ours)
        {
            throw new StoreException(StoreFault.Foreign, $"{path} is a LiteDB file of another program: give another --data directory");
        }

        var version = ours["version"].AsInt32;
        return version <= Latest
            ? version
            : throw new StoreException(StoreFault.Newer, $"{path} has schema version {version}, this program knows {Latest}: use the later version of the program that wrote it, or another --data directory");
    }

    /// <summary>Brings a file from <paramref name="version"/> to the latest, each step in a transaction of its own.</summary>
    public static void Migrate(LiteDatabase database, int version)
    {
        for (; version < Latest; version++)
        {
            database.BeginTrans();
            Migrations[version](database);
            database.GetCollection(Collection).Upsert(new BsonDocument { ["_id"] = Name, ["version"] = version + 1 });
            database.Commit();
        }
    }

    private static void Version1(LiteDatabase database)
    {
        database.GetCollection(TelemetryTables.Models.Name).EnsureIndex("id", unique: true);
        database.GetCollection(TelemetryTables.Jobs.Name).EnsureIndex("id", unique: true);
        foreach (var column in TelemetryTables.Requests.OtherTimeColumns)
        {
            database.GetCollection(TelemetryTables.Requests.Name).EnsureIndex(column);
        }
    }
}
