using System.Runtime.CompilerServices;

namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>Panels of <see cref="WeightFormat.EightBit"/>.</summary>
internal readonly unsafe struct EightBitPanel : IPanelFormat
{
    public static int Bytes => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* from)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.LoadEightBit((sbyte*)from);
}
