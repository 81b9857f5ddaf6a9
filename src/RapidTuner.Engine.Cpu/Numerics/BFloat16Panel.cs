using System.Runtime.CompilerServices;

namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>Panels of <see cref="WeightFormat.BFloat16"/>.</summary>
internal readonly unsafe struct BFloat16Panel : IPanelFormat
{
    public static int Bytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* from)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.LoadBFloat16((ushort*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* at)
    {
        // Left to the processor: asking changed nothing, measured.
    }
}
