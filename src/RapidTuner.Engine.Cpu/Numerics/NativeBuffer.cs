using System.Runtime.InteropServices;

namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>Zeroed memory outside the collector's heap, aligned to a cache line, or on large pages where it fills one. Freed by <see cref="SafeHandle.Dispose()"/>, or at the latest by the finaliser.</summary>
internal sealed unsafe class NativeBuffer : SafeHandle
{
    private const int AlignmentBytes = 64;

    /// <param name="bytes">Bytes, 0 or more.</param>
    public NativeBuffer(long bytes)
        : base(0, ownsHandle: true)
    {
        Bytes = bytes;
        var large = bytes >= LargePages.Bytes;
        SetHandle((nint)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), (nuint)(large ? LargePages.Bytes : AlignmentBytes)));
        if (large)
        {
            LargePages.Advise((void*)handle, bytes);
        }

        NativeMemory.Clear((void*)handle, (nuint)bytes);
    }

    /// <summary>Bytes held.</summary>
    public long Bytes { get; }

    public float* Floats => (float*)handle;

    public byte* Pointer => (byte*)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Room for that many floats.</summary>
    public static NativeBuffer OfFloats(long count) => new(count * sizeof(float));

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
