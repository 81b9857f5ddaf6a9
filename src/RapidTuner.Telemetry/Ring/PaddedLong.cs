using System.Runtime.InteropServices;

namespace RapidTuner.Telemetry.Ring;

/// <summary>A counter alone on its cache lines (two of 64 bytes: some processors fetch pairs).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct PaddedLong
{
    [FieldOffset(128)]
    public long Value;
}
