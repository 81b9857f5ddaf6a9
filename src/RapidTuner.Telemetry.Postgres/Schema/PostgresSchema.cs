using Npgsql;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Postgres.Schema;

/// <summary>The schema's version and the way to it from every earlier one.</summary>
internal static class PostgresSchema
{
    private const int RunColumnsOfVersion1 = 10;

    /// <summary>Step i brings version i to version i + 1. Only ever appended to.</summary>
    private static readonly string[] Migrations = [Version1.Sql, Version2.Sql];

    /// <summary>The version that this program writes.</summary>
    public static int Latest => Migrations.Length;

    /// <summary>Tables that are partitioned by day.</summary>
    public static IReadOnlyList<RecordTable> Partitioned { get; } =
        [TelemetryTables.Steps, TelemetryTables.Gaps, TelemetryTables.Requests, TelemetryTables.Windows, TelemetryTables.Decisions];

    /// <summary>The columns that a table had in a version, in order: later ones came at the end.</summary>
    public static IEnumerable<string> ColumnsOf(RecordTable table, int version)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Columns.Select(c => c.Name).Take(ReferenceEquals(table, TelemetryTables.Runs) && version < 2 ? RunColumnsOfVersion1 : table.Columns.Count);
    }

    /// <summary>The version in the database; 0: nothing there.</summary>
    public static int VersionOf(NpgsqlConnection connection, string schema)
    {
        using var exists = new NpgsqlCommand($"SELECT to_regclass('{schema}.schema_version') IS NOT NULL", connection);
        if (!(bool)exists.ExecuteScalar()!)
        {
            return 0;
        }

        using var version = new NpgsqlCommand($"SELECT max(version) FROM {schema}.schema_version", connection);
        return version.ExecuteScalar() is int known ? known : 0;
    }

    /// <summary>Refuses a version that this program does not know.</summary>
    public static void Check(int version, string description)
    {
        if (version > Latest)
        {
            throw new StoreException(StoreFault.Newer, $"{description} has schema version {version}, this program knows {Latest}: use the later version of the program that wrote it, or another schema");
        }
    }

    /// <summary>Brings the database up to date in one transaction; processes that start together take turns.</summary>
    /// <returns>The version before.</returns>
    public static int Migrate(NpgsqlConnection connection, string schema, string description)
    {
        using var transaction = connection.BeginTransaction();
        using (var turn = new NpgsqlCommand($"SELECT pg_advisory_xact_lock(hashtext('rapidtuner.{schema}'))", connection, transaction))
        {
            turn.ExecuteNonQuery();
        }

        var before = VersionOf(connection, schema);
        Check(before, description);
        for (var version = before; version < Latest; version++)
        {
            using var step = new NpgsqlCommand(
                $"CREATE SCHEMA IF NOT EXISTS {schema}; SET LOCAL search_path TO {schema}; {Migrations[version]} INSERT INTO schema_version VALUES ({version + 1});", connection, transaction);
            step.ExecuteNonQuery();
        }

        transaction.Commit();
        return before;
    }
}
