namespace RapidTuner.Telemetry.Features;

/// <summary>Reads what <see cref="VarintWriter"/> wrote; refuses bytes that end too soon or run too long.</summary>
internal ref struct VarintReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly bool AtEnd => _at == _bytes.Length;

    public long Next()
    {
        var zigzag = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_at == _bytes.Length)
            {
                break;
            }

            var group = _bytes[_at++];
            zigzag |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80)
            {
                return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
            }
        }

        throw new InvalidDataException("a window's sums end too soon");
    }
}
