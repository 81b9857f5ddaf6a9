using System.IO.Compression;
using System.Text.Json;
using Npgsql;
using RapidTuner.Telemetry.Postgres.Rows;
using RapidTuner.Telemetry.Postgres.Schema;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Postgres.Archive;

/// <summary>
/// A backup in one file: a zip of one binary COPY per table, all from one snapshot, and a manifest. Needs no tools of the server
/// and no rights beyond the schema's.
/// </summary>
internal sealed class PostgresArchive : IDisposable
{
    private const string ManifestName = "manifest.json";
    private const long ManifestBytesMax = 64 << 20;

    private readonly ZipArchive _zip;
    private readonly Manifest _manifest;

    private PostgresArchive(ZipArchive zip, Manifest manifest)
    {
        _zip = zip;
        _manifest = manifest;
    }

    public static void Write(NpgsqlConnection connection, string schema, string path)
    {
        var partial = path + ".partial";
        File.Delete(partial);
        using (var transaction = connection.BeginTransaction(System.Data.IsolationLevel.RepeatableRead))
        using (var zip = ZipFile.Open(partial, ZipArchiveMode.Create))
        {
            var days = PostgresSchema.Partitioned.ToDictionary(t => t.Name, t => DayPartitions.Of(connection, schema, t).Select(d => d.FromUs).ToArray(), StringComparer.Ordinal);
            var manifest = new Manifest(PostgresSchema.Latest, PostgresQuery.Counters(connection, schema), days);
            using (var entry = zip.CreateEntry(ManifestName).Open())
            {
                JsonSerializer.Serialize(entry, manifest);
            }

            foreach (var table in TelemetryTables.All)
            {
                using var entry = zip.CreateEntry(table.Name, CompressionLevel.Fastest).Open();
                using var rows = connection.BeginRawBinaryCopy($"COPY (SELECT {PostgresQuery.Columns(table)} FROM {schema}.{table.Name}) TO STDOUT (FORMAT BINARY)");
                rows.CopyTo(entry);
            }

            transaction.Commit();
        }

        File.Move(partial, path);
    }

    /// <summary>Opens a backup and checks that it is whole and of a version that this program knows.</summary>
    public static PostgresArchive Open(string path)
    {
        ZipArchive? zip = null;
        try
        {
            zip = ZipFile.OpenRead(path);
            var entry = zip.GetEntry(ManifestName);
            if (entry is null || entry.Length > ManifestBytesMax || TelemetryTables.All.Any(t => zip.GetEntry(t.Name) is null))
            {
                throw new InvalidDataException("parts are missing");
            }

            using var stream = entry.Open();
            var manifest = JsonSerializer.Deserialize<Manifest>(stream) ?? throw new InvalidDataException("the manifest is empty");
            PostgresSchema.Check(manifest.Version, path);
            return new PostgresArchive(zip, manifest);
        }
        catch (Exception damage) when (damage is InvalidDataException or JsonException)
        {
            zip?.Dispose();
            throw new StoreException(StoreFault.Corrupt, $"{path} is damaged or no backup of RapidTuner ({damage.Message}): nothing was changed", damage);
        }
        catch
        {
            zip?.Dispose();
            throw;
        }
    }

    /// <summary>Replaces all rows inside the open transaction. Counters keep the higher of what was and what comes.</summary>
    /// <returns>The counters.</returns>
    public Dictionary<string, long> Restore(NpgsqlConnection connection, string schema, DayPartitions partitions)
    {
        Execute(connection, $"TRUNCATE {string.Join(", ", TelemetryTables.All.Select(t => $"{schema}.{t.Name}"))}");
        foreach (var table in TelemetryTables.All)
        {
            foreach (var fromUs in _manifest.Days.GetValueOrDefault(table.Name, []))
            {
                partitions.Ensure(connection, table, fromUs);
            }

            using var entry = _zip.GetEntry(table.Name)!.Open();
            using var rows = connection.BeginRawBinaryCopy($"COPY {schema}.{table.Name} ({string.Join(", ", PostgresSchema.ColumnsOf(table, _manifest.Version))}) FROM STDIN (FORMAT BINARY)");
            entry.CopyTo(rows);
        }

        foreach (var (table, seq) in _manifest.Counters)
        {
            Execute(connection, $"UPDATE {schema}.counters SET last_seq = greatest(last_seq, {seq}) WHERE table_name = '{table.Replace("'", "''", StringComparison.Ordinal)}'");
        }

        return PostgresQuery.Counters(connection, schema);
    }

    public void Dispose() => _zip.Dispose();

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }

    internal sealed record Manifest(int Version, Dictionary<string, long> Counters, Dictionary<string, long[]> Days);
}
