using System.Buffers.Binary;
using System.Text;
using Npgsql;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Postgres.Rows;

/// <summary>
/// Rows into a binary COPY, encoded here: the importer of Npgsql looks each value's type up anew, which takes longer than the rest of
/// the row. Format: PostgreSQL's documentation of COPY, "Binary Format"; numbers are big-endian.
/// </summary>
internal sealed class CopySink : IRowSink, IDisposable
{
    private const int BufferBytes = 1 << 16;
    private const int TextsMax = 1024;
    private const int TextLengthMax = 32;

    private readonly NpgsqlRawCopyStream _stream;
    private readonly short _columns;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly Dictionary<string, byte[]> _texts = new(StringComparer.Ordinal);
    private int _used;
    private bool _ended;

    public CopySink(NpgsqlConnection connection, string target, RecordTable table)
    {
        _stream = connection.BeginRawBinaryCopy($"COPY {target} ({PostgresQuery.Columns(table)}) FROM STDIN (FORMAT BINARY)");
        _columns = (short)table.Columns.Count;
        // Signature, flags, length of the header's extension.
        Put([.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    /// <summary>Begins the next row; its values follow in order of the columns.</summary>
    public void StartRow() => BinaryPrimitives.WriteInt16BigEndian(Take(2), _columns);

    public void Whole(long value)
    {
        var field = Take(12);
        BinaryPrimitives.WriteInt32BigEndian(field, 8);
        BinaryPrimitives.WriteInt64BigEndian(field[4..], value);
    }

    public void Real(double value)
    {
        var field = Take(12);
        BinaryPrimitives.WriteInt32BigEndian(field, 8);
        BinaryPrimitives.WriteDoubleBigEndian(field[4..], value);
    }

    public void Text(string value)
    {
        if (!_texts.TryGetValue(value, out var bytes))
        {
            // A text of PostgreSQL cannot hold a zero character.
            bytes = Encoding.UTF8.GetBytes(value.Replace("\0", "", StringComparison.Ordinal));
            if (value.Length <= TextLengthMax && _texts.Count < TextsMax)
            {
                _texts.Add(value, bytes);
            }
        }

        Blob(bytes);
    }

    public void Blob(byte[] value)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), value.Length);
        Put(value);
    }

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    /// <summary>All rows are there.</summary>
    public void Complete()
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
        Flush();
        _ended = true;
        _stream.Dispose();
    }

    /// <summary>Gives the COPY up, unless it was completed.</summary>
    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            _stream.Cancel();
        }
    }

    private Span<byte> Take(int bytes)
    {
        if (_used + bytes > BufferBytes)
        {
            Flush();
        }

        _used += bytes;
        return _buffer.AsSpan(_used - bytes, bytes);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferBytes)
        {
            Flush();
            _stream.Write(bytes);
            return;
        }

        bytes.CopyTo(Take(bytes.Length));
    }

    private void Flush()
    {
        _stream.Write(_buffer, 0, _used);
        _used = 0;
    }
}
