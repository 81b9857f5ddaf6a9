using System.Runtime.CompilerServices;

namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>
/// The inner loops of a matrix product: sums of a few rows of activations (row-major, <c>xStride</c> floats apart) times a few vectors
/// of weight columns (depth-major, <c>wStrideBytes</c> apart) stay in registers over the whole depth. Every kernel adds along the depth in
/// one chain per sum, so that a row's result does not depend on which kernel computed it or which rows it shared a step with.
/// Rows are addressed from every third one: two strides reach the other two, and the registers suffice. Kernels are compiled optimised at once: what is
/// measured at a start must not be the code of a first call, a hundred times slower.
/// </summary>
internal static unsafe class PanelKernels<TLanes, TFormat>
    where TLanes : unmanaged, ILanes<TLanes>
    where TFormat : struct, IPanelFormat
{
    /// <summary>12 rows by 2 vectors of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows12x2(float* x, nint xStride, byte* w, nint wStrideBytes, int depth, in SumsTo<TLanes> to)
    {
        var xBytes = xStride * sizeof(float);
        var c0_0 = TLanes.Fill(0);
        var c0_1 = TLanes.Fill(0);
        var c1_0 = TLanes.Fill(0);
        var c1_1 = TLanes.Fill(0);
        var c2_0 = TLanes.Fill(0);
        var c2_1 = TLanes.Fill(0);
        var c3_0 = TLanes.Fill(0);
        var c3_1 = TLanes.Fill(0);
        var c4_0 = TLanes.Fill(0);
        var c4_1 = TLanes.Fill(0);
        var c5_0 = TLanes.Fill(0);
        var c5_1 = TLanes.Fill(0);
        var c6_0 = TLanes.Fill(0);
        var c6_1 = TLanes.Fill(0);
        var c7_0 = TLanes.Fill(0);
        var c7_1 = TLanes.Fill(0);
        var c8_0 = TLanes.Fill(0);
        var c8_1 = TLanes.Fill(0);
        var c9_0 = TLanes.Fill(0);
        var c9_1 = TLanes.Fill(0);
        var c10_0 = TLanes.Fill(0);
        var c10_1 = TLanes.Fill(0);
        var c11_0 = TLanes.Fill(0);
        var c11_1 = TLanes.Fill(0);
        var x0 = (byte*)x;
        var x3 = (byte*)x + (3 * xBytes);
        var x6 = (byte*)x + (6 * xBytes);
        var x9 = (byte*)x + (9 * xBytes);
        for (var k = 0; k < depth; k++)
        {
            var w0 = TFormat.Load<TLanes>(w);
            var w1 = TFormat.Load<TLanes>(w + (TLanes.Width * TFormat.Bytes));
            var a0 = TLanes.Fill(*(float*)x0);
            c0_0 = TLanes.MultiplyAdd(a0, w0, c0_0);
            c0_1 = TLanes.MultiplyAdd(a0, w1, c0_1);
            var a1 = TLanes.Fill(*(float*)(x0 + xBytes));
            c1_0 = TLanes.MultiplyAdd(a1, w0, c1_0);
            c1_1 = TLanes.MultiplyAdd(a1, w1, c1_1);
            var a2 = TLanes.Fill(*(float*)(x0 + (2 * xBytes)));
            c2_0 = TLanes.MultiplyAdd(a2, w0, c2_0);
            c2_1 = TLanes.MultiplyAdd(a2, w1, c2_1);
            var a3 = TLanes.Fill(*(float*)x3);
            c3_0 = TLanes.MultiplyAdd(a3, w0, c3_0);
            c3_1 = TLanes.MultiplyAdd(a3, w1, c3_1);
            var a4 = TLanes.Fill(*(float*)(x3 + xBytes));
            c4_0 = TLanes.MultiplyAdd(a4, w0, c4_0);
            c4_1 = TLanes.MultiplyAdd(a4, w1, c4_1);
            var a5 = TLanes.Fill(*(float*)(x3 + (2 * xBytes)));
            c5_0 = TLanes.MultiplyAdd(a5, w0, c5_0);
            c5_1 = TLanes.MultiplyAdd(a5, w1, c5_1);
            var a6 = TLanes.Fill(*(float*)x6);
            c6_0 = TLanes.MultiplyAdd(a6, w0, c6_0);
            c6_1 = TLanes.MultiplyAdd(a6, w1, c6_1);
            var a7 = TLanes.Fill(*(float*)(x6 + xBytes));
            c7_0 = TLanes.MultiplyAdd(a7, w0, c7_0);
            c7_1 = TLanes.MultiplyAdd(a7, w1, c7_1);
            var a8 = TLanes.Fill(*(float*)(x6 + (2 * xBytes)));
            c8_0 = TLanes.MultiplyAdd(a8, w0, c8_0);
            c8_1 = TLanes.MultiplyAdd(a8, w1, c8_1);
            var a9 = TLanes.Fill(*(float*)x9);
            c9_0 = TLanes.MultiplyAdd(a9, w0, c9_0);
            c9_1 = TLanes.MultiplyAdd(a9, w1, c9_1);
            var a10 = TLanes.Fill(*(float*)(x9 + xBytes));
            c10_0 = TLanes.MultiplyAdd(a10, w0, c10_0);
            c10_1 = TLanes.MultiplyAdd(a10, w1, c10_1);
            var a11 = TLanes.Fill(*(float*)(x9 + (2 * xBytes)));
            c11_0 = TLanes.MultiplyAdd(a11, w0, c11_0);
            c11_1 = TLanes.MultiplyAdd(a11, w1, c11_1);
            x0 += sizeof(float);
            x3 += sizeof(float);
            x6 += sizeof(float);
            x9 += sizeof(float);
            w += wStrideBytes;
        }

        to.Take(c0_0, 0, 0);
        to.Take(c0_1, 0, TLanes.Width);
        to.Take(c1_0, 1, 0);
        to.Take(c1_1, 1, TLanes.Width);
        to.Take(c2_0, 2, 0);
        to.Take(c2_1, 2, TLanes.Width);
        to.Take(c3_0, 3, 0);
        to.Take(c3_1, 3, TLanes.Width);
        to.Take(c4_0, 4, 0);
        to.Take(c4_1, 4, TLanes.Width);
        to.Take(c5_0, 5, 0);
        to.Take(c5_1, 5, TLanes.Width);
        to.Take(c6_0, 6, 0);
        to.Take(c6_1, 6, TLanes.Width);
        to.Take(c7_0, 7, 0);
        to.Take(c7_1, 7, TLanes.Width);
        to.Take(c8_0, 8, 0);
        to.Take(c8_1, 8, TLanes.Width);
        to.Take(c9_0, 9, 0);
        to.Take(c9_1, 9, TLanes.Width);
        to.Take(c10_0, 10, 0);
        to.Take(c10_1, 10, TLanes.Width);
        to.Take(c11_0, 11, 0);
        to.Take(c11_1, 11, TLanes.Width);
    }

    /// <summary>4 rows by 2 vectors of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4x2(float* x, nint xStride, byte* w, nint wStrideBytes, int depth, in SumsTo<TLanes> to)
    {
        var xBytes = xStride * sizeof(float);
        var c0_0 = TLanes.Fill(0);
        var c0_1 = TLanes.Fill(0);
        var c1_0 = TLanes.Fill(0);
        var c1_1 = TLanes.Fill(0);
        var c2_0 = TLanes.Fill(0);
        var c2_1 = TLanes.Fill(0);
        var c3_0 = TLanes.Fill(0);
        var c3_1 = TLanes.Fill(0);
        var x0 = (byte*)x;
        var x3 = (byte*)x + (3 * xBytes);
        for (var k = 0; k < depth; k++)
        {
            var w0 = TFormat.Load<TLanes>(w);
            var w1 = TFormat.Load<TLanes>(w + (TLanes.Width * TFormat.Bytes));
            var a0 = TLanes.Fill(*(float*)x0);
            c0_0 = TLanes.MultiplyAdd(a0, w0, c0_0);
            c0_1 = TLanes.MultiplyAdd(a0, w1, c0_1);
            var a1 = TLanes.Fill(*(float*)(x0 + xBytes));
            c1_0 = TLanes.MultiplyAdd(a1, w0, c1_0);
            c1_1 = TLanes.MultiplyAdd(a1, w1, c1_1);
            var a2 = TLanes.Fill(*(float*)(x0 + (2 * xBytes)));
            c2_0 = TLanes.MultiplyAdd(a2, w0, c2_0);
            c2_1 = TLanes.MultiplyAdd(a2, w1, c2_1);
            var a3 = TLanes.Fill(*(float*)x3);
            c3_0 = TLanes.MultiplyAdd(a3, w0, c3_0);
            c3_1 = TLanes.MultiplyAdd(a3, w1, c3_1);
            x0 += sizeof(float);
            x3 += sizeof(float);
            w += wStrideBytes;
        }

        to.Take(c0_0, 0, 0);
        to.Take(c0_1, 0, TLanes.Width);
        to.Take(c1_0, 1, 0);
        to.Take(c1_1, 1, TLanes.Width);
        to.Take(c2_0, 2, 0);
        to.Take(c2_1, 2, TLanes.Width);
        to.Take(c3_0, 3, 0);
        to.Take(c3_1, 3, TLanes.Width);
    }

    /// <summary>2 rows by 2 vectors of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows2x2(float* x, nint xStride, byte* w, nint wStrideBytes, int depth, in SumsTo<TLanes> to)
    {
        var xBytes = xStride * sizeof(float);
        var c0_0 = TLanes.Fill(0);
        var c0_1 = TLanes.Fill(0);
        var c1_0 = TLanes.Fill(0);
        var c1_1 = TLanes.Fill(0);
        var x0 = (byte*)x;
        for (var k = 0; k < depth; k++)
        {
            var w0 = TFormat.Load<TLanes>(w);
            var w1 = TFormat.Load<TLanes>(w + (TLanes.Width * TFormat.Bytes));
            var a0 = TLanes.Fill(*(float*)x0);
            c0_0 = TLanes.MultiplyAdd(a0, w0, c0_0);
            c0_1 = TLanes.MultiplyAdd(a0, w1, c0_1);
            var a1 = TLanes.Fill(*(float*)(x0 + xBytes));
            c1_0 = TLanes.MultiplyAdd(a1, w0, c1_0);
            c1_1 = TLanes.MultiplyAdd(a1, w1, c1_1);
            x0 += sizeof(float);
            w += wStrideBytes;
        }

        to.Take(c0_0, 0, 0);
        to.Take(c0_1, 0, TLanes.Width);
        to.Take(c1_0, 1, 0);
        to.Take(c1_1, 1, TLanes.Width);
    }

    /// <summary>1 row by 2 vectors of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1x2(float* x, nint xStride, byte* w, nint wStrideBytes, int depth, in SumsTo<TLanes> to)
    {
        var c0_0 = TLanes.Fill(0);
        var c0_1 = TLanes.Fill(0);
        var x0 = (byte*)x;
        for (var k = 0; k < depth; k++)
        {
            var w0 = TFormat.Load<TLanes>(w);
            var w1 = TFormat.Load<TLanes>(w + (TLanes.Width * TFormat.Bytes));
            var a0 = TLanes.Fill(*(float*)x0);
            c0_0 = TLanes.MultiplyAdd(a0, w0, c0_0);
            c0_1 = TLanes.MultiplyAdd(a0, w1, c0_1);
            x0 += sizeof(float);
            w += wStrideBytes;
        }

        to.Take(c0_0, 0, 0);
        to.Take(c0_1, 0, TLanes.Width);
    }

    /// <summary>One row by two vectors of each of four following panels: eight chains, where one row of one panel has two and waits for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row1x2Panels4(float* x, byte* w, nint panelBytes, nint wStrideBytes, int depth, in SumsTo<TLanes> to)
    {
        var c0_0 = TLanes.Fill(0);
        var c0_1 = TLanes.Fill(0);
        var c1_0 = TLanes.Fill(0);
        var c1_1 = TLanes.Fill(0);
        var c2_0 = TLanes.Fill(0);
        var c2_1 = TLanes.Fill(0);
        var c3_0 = TLanes.Fill(0);
        var c3_1 = TLanes.Fill(0);
        var w1 = w + (1 * panelBytes);
        var w2 = w + (2 * panelBytes);
        var w3 = w + (3 * panelBytes);
        for (var k = 0; k < depth; k++)
        {
            TFormat.Prefetch(w);
            TFormat.Prefetch(w1);
            TFormat.Prefetch(w2);
            TFormat.Prefetch(w3);
            var a = TLanes.Fill(x[k]);
            c0_0 = TLanes.MultiplyAdd(a, TFormat.Load<TLanes>(w), c0_0);
            c0_1 = TLanes.MultiplyAdd(a, TFormat.Load<TLanes>(w + (TLanes.Width * TFormat.Bytes)), c0_1);
            c1_0 = TLanes.MultiplyAdd(a, TFormat.Load<TLanes>(w1), c1_0);
            c1_1 = TLanes.MultiplyAdd(a, TFormat.Load<TLanes>(w1 + (TLanes.Width * TFormat.Bytes)), c1_1);
            c2_0 = TLanes.MultiplyAdd(a, TFormat.Load<TLanes>(w2), c2_0);
            c2_1 = TLanes.MultiplyAdd(a, TFormat.Load<TLanes>(w2 + (TLanes.Width * TFormat.Bytes)), c2_1);
            c3_0 = TLanes.MultiplyAdd(a, TFormat.Load<TLanes>(w3), c3_0);
            c3_1 = TLanes.MultiplyAdd(a, TFormat.Load<TLanes>(w3 + (TLanes.Width * TFormat.Bytes)), c3_1);
            w += wStrideBytes;
            w1 += wStrideBytes;
            w2 += wStrideBytes;
            w3 += wStrideBytes;
        }

        to.Take(c0_0, 0, 0);
        to.Take(c0_1, 0, TLanes.Width);
        to.Take(c1_0, 0, PackedMatrix.PanelColumns);
        to.Take(c1_1, 0, PackedMatrix.PanelColumns + TLanes.Width);
        to.Take(c2_0, 0, (2 * PackedMatrix.PanelColumns));
        to.Take(c2_1, 0, (2 * PackedMatrix.PanelColumns) + TLanes.Width);
        to.Take(c3_0, 0, (3 * PackedMatrix.PanelColumns));
        to.Take(c3_1, 0, (3 * PackedMatrix.PanelColumns) + TLanes.Width);
    }
}
