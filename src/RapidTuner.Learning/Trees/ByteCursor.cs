using System.Buffers.Binary;

namespace RapidTuner.Learning.Trees;

/// <summary>Reads or writes little-endian values one after the other; the caller has checked that they fit.</summary>
internal struct ByteCursor
{
    private readonly Memory<byte> _into;
    private readonly ReadOnlyMemory<byte> _from;
    private int _at;

    /// <summary>Writes into <paramref name="bytes"/>.</summary>
    public ByteCursor(byte[] bytes) => _from = _into = bytes;

    /// <summary>Reads from <paramref name="bytes"/>.</summary>
    public ByteCursor(ReadOnlyMemory<byte> bytes) => _from = bytes;

    public void Put(int value) => BinaryPrimitives.WriteInt32LittleEndian(Write(4), value);

    public void Put(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Write(8), value);

    public void Put(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Write(8), value);

    public void Put(bool value) => Write(1)[0] = value ? (byte)1 : (byte)0;

    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Read(4));

    public ulong ULong() => BinaryPrimitives.ReadUInt64LittleEndian(Read(8));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Read(8));

    public bool Bool() => Read(1)[0] != 0;

    public void Fill(int[] into)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = Int();
        }
    }

    public void Fill(double[] into)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = Double();
        }
    }

    private Span<byte> Write(int bytes)
    {
        _at += bytes;
        return _into.Span.Slice(_at - bytes, bytes);
    }

    private ReadOnlySpan<byte> Read(int bytes)
    {
        _at += bytes;
        return _from.Span.Slice(_at - bytes, bytes);
    }
}
