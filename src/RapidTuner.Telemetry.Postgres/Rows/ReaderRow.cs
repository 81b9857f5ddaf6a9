using Npgsql;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Postgres.Rows;

/// <summary>The row on which a reader stands.</summary>
internal sealed class ReaderRow(NpgsqlDataReader reader) : IRowSource
{
    public bool IsNull(int column) => reader.IsDBNull(column);

    public long GetWhole(int column) => reader.IsDBNull(column) ? 0 : reader.GetInt64(column);

    public double GetReal(int column) => reader.IsDBNull(column) ? double.NaN : reader.GetDouble(column);

    public string GetText(int column) => reader.IsDBNull(column) ? "" : reader.GetString(column);

    public byte[] GetBlob(int column) => reader.IsDBNull(column) ? [] : reader.GetFieldValue<byte[]>(column);
}
