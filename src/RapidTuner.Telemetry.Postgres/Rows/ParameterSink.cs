using Npgsql;
using NpgsqlTypes;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Postgres.Rows;

/// <summary>A row into the positional parameters of a command.</summary>
internal sealed class ParameterSink(NpgsqlCommand command) : IRowSink
{
    public void Whole(long value) => Add(NpgsqlDbType.Bigint, value);

    public void Real(double value) => Add(NpgsqlDbType.Double, value);

    public void Text(string value) => Add(NpgsqlDbType.Text, value.Replace("\0", "", StringComparison.Ordinal));

    public void Blob(byte[] value) => Add(NpgsqlDbType.Bytea, value);

    public void Null() => Add(NpgsqlDbType.Unknown, DBNull.Value);

    private void Add(NpgsqlDbType type, object value) =>
        command.Parameters.Add(type == NpgsqlDbType.Unknown ? new NpgsqlParameter { Value = value } : new NpgsqlParameter { NpgsqlDbType = type, Value = value });
}
