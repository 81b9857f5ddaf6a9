using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>A checksum (SHA-256) of the rows of a run as they are, whatever numbers a store gave them: two runs with one digest hold the same.</summary>
internal sealed class RowDigest : IRowSink, IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _value = new byte[9];

    /// <summary>Takes a row in.</summary>
    public void Add<T>(Table<T> table, in T record)
    {
        Text(table.Name);
        table.Write(in record, 0, 0, this);
    }

    /// <summary>The digest of what was taken in; it begins anew then.</summary>
    public string Take() => Convert.ToHexString(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Whole(long value) => Put(1, value);

    /// <inheritdoc/>
    public void Real(double value) => Put(2, BitConverter.DoubleToInt64Bits(value));

    /// <inheritdoc/>
    public void Text(string value) => Blob(Encoding.UTF8.GetBytes(value));

    /// <inheritdoc/>
    public void Blob(byte[] value)
    {
        Put(3, value.Length);
        _hash.AppendData(value);
    }

    /// <inheritdoc/>
    public void Null() => Put(4, 0);

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Put(byte kind, long value)
    {
        _value[0] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(_value.AsSpan(1), value);
        _hash.AppendData(_value);
    }
}
