using Npgsql;
using NpgsqlTypes;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Postgres.Rows;

/// <summary>Rows into a binary COPY.</summary>
internal sealed class CopySink(NpgsqlBinaryImporter importer) : IRowSink
{
    public void Whole(long value) => importer.Write(value, NpgsqlDbType.Bigint);

    public void Real(double value) => importer.Write(value, NpgsqlDbType.Double);

    // A text of PostgreSQL cannot hold a zero character.
    public void Text(string value) => importer.Write(value.Replace("\0", "", StringComparison.Ordinal), NpgsqlDbType.Text);

    public void Blob(byte[] value) => importer.Write(value, NpgsqlDbType.Bytea);

    public void Null() => importer.WriteNull();
}
