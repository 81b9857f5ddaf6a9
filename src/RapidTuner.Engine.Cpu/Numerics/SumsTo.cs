using System.Runtime.CompilerServices;

namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>Where a kernel's sums go: into <c>y</c>, or on top of what is there, scaled per column and with a bias per column where there are any.</summary>
internal readonly unsafe struct SumsTo<TLanes>(float* y, nint yStride, float* scale, float* bias, bool add)
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Takes the sums of <paramref name="row"/> at columns from <paramref name="column"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(TLanes sums, int row, int column)
    {
        var at = y + (row * yStride) + column;
        var under = bias is not null ? TLanes.Load(bias + column) : TLanes.Fill(0);
        if (add)
        {
            under = TLanes.Add(under, TLanes.Load(at));
        }

        TLanes.Store(scale is not null ? TLanes.MultiplyAdd(sums, TLanes.Load(scale + column), under) : TLanes.Add(sums, under), at);
    }
}
