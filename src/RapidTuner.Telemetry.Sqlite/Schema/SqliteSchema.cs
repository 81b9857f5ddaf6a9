using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Sqlite.Schema;

/// <summary>The schema's version and the way to it from every earlier one.</summary>
internal static class SqliteSchema
{
    /// <summary>PRAGMA application_id of our files: "RTLM".</summary>
    public const int ApplicationId = 0x52544C4D;

    /// <summary>Step i brings version i to version i + 1. Only ever appended to.</summary>
    private static readonly string[] Migrations = [Version1.Sql, Version2.Sql, Version3.Sql];

    /// <summary>The version that this program writes.</summary>
    public static int Latest => Migrations.Length;

    /// <summary>Refuses what is not ours or is from a later version.</summary>
    /// <returns>The file's version; 0: empty.</returns>
    public static int Check(SqliteDatabase database)
    {
        var version = (int)database.Number("PRAGMA user_version");
        var application = (int)database.Number("PRAGMA application_id");
        var tables = database.Number("SELECT count(*) FROM sqlite_master");
        if (version > Latest && application == ApplicationId)
        {
            throw new StoreException(StoreFault.Newer, $"{database.Path} has schema version {version}, this program knows {Latest}: use the later version of the program that wrote it, or another --data directory");
        }

        if (application != ApplicationId && tables > 0)
        {
            throw new StoreException(StoreFault.Foreign, $"{database.Path} is an SQLite file of another program: give another --data directory");
        }

        return application == ApplicationId ? version : 0;
    }

    /// <summary>Brings a file from <paramref name="version"/> to <paramref name="target"/>, each step in a transaction of its own.</summary>
    public static void Migrate(SqliteDatabase database, int version, int target)
    {
        for (; version < target; version++)
        {
            database.Execute("BEGIN IMMEDIATE");
            try
            {
                database.Execute(Migrations[version]);
                database.Execute($"PRAGMA application_id = {ApplicationId}");
                database.Execute($"PRAGMA user_version = {version + 1}");
                database.Execute("COMMIT");
            }
            catch
            {
                database.TryRollback();
                throw;
            }
        }
    }
}
