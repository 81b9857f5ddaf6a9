using System.Runtime.CompilerServices;

namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>
/// The inner loops of a matrix product: sums of a few rows of activations (row-major, <c>xStride</c> floats apart) times a few vectors
/// of weight columns (depth-major, <c>wStrideBytes</c> apart) stay in registers over the whole depth. Every kernel adds along the depth in
/// one chain per sum, so that a row's result does not depend on which kernel computed it or which rows it shared a step with.
/// Rows are addressed from every third one: two strides reach the other two, and the registers suffice. Kernels are compiled optimised at once: what is
/// measured at a start must not be the code of a first call, a hundred times slower.
/// </summary>
internal static unsafe class BlockKernels<TLanes, TFormat>
    where TLanes : unmanaged, ILanes<TLanes>
    where TFormat : struct, IPanelFormat
{
    /// <summary>8 rows by 1 vector of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows8x1(float* x, nint xStride, byte* w, nint wStrideBytes, int depth, in SumsTo<TLanes> to)
    {
        var xBytes = xStride * sizeof(float);
        var c0_0 = TLanes.Fill(0);
        var c1_0 = TLanes.Fill(0);
        var c2_0 = TLanes.Fill(0);
        var c3_0 = TLanes.Fill(0);
        var c4_0 = TLanes.Fill(0);
        var c5_0 = TLanes.Fill(0);
        var c6_0 = TLanes.Fill(0);
        var c7_0 = TLanes.Fill(0);
        var x0 = (byte*)x;
        var x3 = (byte*)x + (3 * xBytes);
        var x6 = (byte*)x + (6 * xBytes);
        for (var k = 0; k < depth; k++)
        {
            var w0 = TFormat.Load<TLanes>(w);
            c0_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)x0), w0, c0_0);
            c1_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)(x0 + xBytes)), w0, c1_0);
            c2_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)(x0 + (2 * xBytes))), w0, c2_0);
            c3_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)x3), w0, c3_0);
            c4_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)(x3 + xBytes)), w0, c4_0);
            c5_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)(x3 + (2 * xBytes))), w0, c5_0);
            c6_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)x6), w0, c6_0);
            c7_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)(x6 + xBytes)), w0, c7_0);
            x0 += sizeof(float);
            x3 += sizeof(float);
            x6 += sizeof(float);
            w += wStrideBytes;
        }

        to.Take(c0_0, 0, 0);
        to.Take(c1_0, 1, 0);
        to.Take(c2_0, 2, 0);
        to.Take(c3_0, 3, 0);
        to.Take(c4_0, 4, 0);
        to.Take(c5_0, 5, 0);
        to.Take(c6_0, 6, 0);
        to.Take(c7_0, 7, 0);
    }

    /// <summary>4 rows by 1 vector of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4x1(float* x, nint xStride, byte* w, nint wStrideBytes, int depth, in SumsTo<TLanes> to)
    {
        var xBytes = xStride * sizeof(float);
        var c0_0 = TLanes.Fill(0);
        var c1_0 = TLanes.Fill(0);
        var c2_0 = TLanes.Fill(0);
        var c3_0 = TLanes.Fill(0);
        var x0 = (byte*)x;
        var x3 = (byte*)x + (3 * xBytes);
        for (var k = 0; k < depth; k++)
        {
            var w0 = TFormat.Load<TLanes>(w);
            c0_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)x0), w0, c0_0);
            c1_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)(x0 + xBytes)), w0, c1_0);
            c2_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)(x0 + (2 * xBytes))), w0, c2_0);
            c3_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)x3), w0, c3_0);
            x0 += sizeof(float);
            x3 += sizeof(float);
            w += wStrideBytes;
        }

        to.Take(c0_0, 0, 0);
        to.Take(c1_0, 1, 0);
        to.Take(c2_0, 2, 0);
        to.Take(c3_0, 3, 0);
    }

    /// <summary>1 row by 1 vector of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1x1(float* x, nint xStride, byte* w, nint wStrideBytes, int depth, in SumsTo<TLanes> to)
    {
        var c0_0 = TLanes.Fill(0);
        var x0 = (byte*)x;
        for (var k = 0; k < depth; k++)
        {
            var w0 = TFormat.Load<TLanes>(w);
            c0_0 = TLanes.MultiplyAdd(TLanes.Fill(*(float*)x0), w0, c0_0);
            x0 += sizeof(float);
            w += wStrideBytes;
        }

        to.Take(c0_0, 0, 0);
    }
}
