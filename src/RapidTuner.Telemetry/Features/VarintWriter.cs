namespace RapidTuner.Telemetry.Features;

/// <summary>Appends whole numbers in 7-bit groups, low group first, zigzag for the sign.</summary>
internal ref struct VarintWriter(List<byte> bytes)
{
    private readonly List<byte> _bytes = bytes;

    public readonly void Add(long value)
    {
        var zigzag = (ulong)((value << 1) ^ (value >> 63));
        while (zigzag >= 0x80)
        {
            _bytes.Add((byte)(zigzag | 0x80));
            zigzag >>= 7;
        }

        _bytes.Add((byte)zigzag);
    }
}
