using Npgsql;

namespace RapidTuner.Jobs.Scheduling;

/// <summary>
/// The tables of a shared schedule, as Quartz 4.7 reads and writes them; ours, so that they live in a schema of their own, have a
/// version, and never drop anything. Quartz checks at its start that it finds what it needs.
/// </summary>
internal static class JobSchema
{
    /// <summary>Step i brings version i to version i + 1. Only ever appended to.</summary>
    private static readonly string[] Migrations = [JobSchemaVersion1.Sql];

    /// <summary>Brings the schema up to date in one transaction; instances that start together take turns.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached or refuses.</exception>
    /// <exception cref="InvalidOperationException">A later version of the program made the schema.</exception>
    public static async Task MigrateAsync(JobCluster cluster)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await RunAsync($"SELECT pg_advisory_xact_lock(hashtext('{cluster.Schema}'))");
        await RunAsync($"CREATE SCHEMA IF NOT EXISTS {cluster.Schema}; SET LOCAL search_path TO {cluster.Schema}; CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY);");
        await using var ask = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_version", connection, transaction);
        var known = (int)(await ask.ExecuteScalarAsync())!;
        if (known > Migrations.Length)
        {
            throw new InvalidOperationException($"schema {cluster.Schema} has version {known}, this program knows {Migrations.Length}: use the later version of the program, or another schema");
        }

        for (var version = known; version < Migrations.Length; version++)
        {
            await RunAsync($"{Migrations[version]} INSERT INTO schema_version VALUES ({version + 1});");
        }

        await transaction.CommitAsync();

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync();
        }
    }
}
