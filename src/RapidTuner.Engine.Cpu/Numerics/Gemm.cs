namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>
/// Products of activations and packed weights, tile by tile: Y[rows × outputs] = X[rows × depth] · Wᵀ + bias, or added to Y. The depth is cut into
/// blocks whose panel stays in the first-level cache while all rows of the tile pass over it; block follows block within a panel, so that weights are read in order.
/// </summary>
internal static unsafe class Gemm
{
    /// <summary>Depth of a block. Chosen: 256 × 32 floats are 32 KiB, the first-level cache of common processors.</summary>
    public const int DepthBlock = 256;

    /// <summary>Computes panels <paramref name="panelFrom"/> to <paramref name="panelTo"/> (exclusive) for <paramref name="rows"/> rows on the widest vectors there are.</summary>
    /// <param name="w">The weights.</param>
    /// <param name="x">First row of activations.</param>
    /// <param name="xStride">Floats from one row of X to the next.</param>
    /// <param name="rows">Rows, ≥ 0.</param>
    /// <param name="panelFrom">First panel.</param>
    /// <param name="panelTo">Panel after the last.</param>
    /// <param name="y">First row of results, column 0.</param>
    /// <param name="yStride">Floats from one row of Y to the next, ≥ <see cref="PackedMatrix.PaddedOutputs"/>.</param>
    /// <param name="add">True: the result is added to Y.</param>
    public static void Tile(PackedMatrix w, float* x, int xStride, int rows, int panelFrom, int panelTo, float* y, int yStride, bool add)
    {
        if (Lanes512.Supported)
        {
            Tile<Lanes512>(w, x, xStride, rows, panelFrom, panelTo, y, yStride, add);
        }
        else if (Lanes256.Supported)
        {
            Tile<Lanes256>(w, x, xStride, rows, panelFrom, panelTo, y, yStride, add);
        }
        else
        {
            Tile<Lanes128>(w, x, xStride, rows, panelFrom, panelTo, y, yStride, add);
        }
    }

    /// <summary>The same on vectors of one width.</summary>
    public static void Tile<TLanes>(PackedMatrix w, float* x, int xStride, int rows, int panelFrom, int panelTo, float* y, int yStride, bool add)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        switch (w.Format)
        {
            case WeightFormat.FullPrecision:
                Tile<TLanes, FullPrecisionPanel>(w, x, xStride, rows, panelFrom, panelTo, y, yStride, add);
                break;
            case WeightFormat.BFloat16:
                Tile<TLanes, BFloat16Panel>(w, x, xStride, rows, panelFrom, panelTo, y, yStride, add);
                break;
            default:
                Tile<TLanes, EightBitPanel>(w, x, xStride, rows, panelFrom, panelTo, y, yStride, add);
                break;
        }
    }

    private static void Tile<TLanes, TFormat>(PackedMatrix w, float* x, int xStride, int rows, int panelFrom, int panelTo, float* y, int yStride, bool add)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFormat : struct, IPanelFormat
    {
        var panel = panelFrom;
        if (rows == 1)
        {
            for (; panel + 4 <= panelTo; panel += 4)
            {
                for (var k = 0; k < w.Depth; k += DepthBlock)
                {
                    OneRow<TLanes, TFormat>(w, x, k, Math.Min(DepthBlock, w.Depth - k), panel, y, add);
                }
            }
        }

        for (; panel < panelTo; panel++)
        {
            for (var k = 0; k < w.Depth; k += DepthBlock)
            {
                AllRows<TLanes, TFormat>(w, x, xStride, rows, k, Math.Min(DepthBlock, w.Depth - k), panel, y, yStride, add);
            }
        }
    }

    private static void AllRows<TLanes, TFormat>(PackedMatrix w, float* x, int xStride, int rows, int k, int depth, int panel, float* y, int yStride, bool add)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFormat : struct, IPanelFormat
    {
        const int columns = PackedMatrix.PanelColumns;
        var wStrideBytes = columns * TFormat.Bytes;
        var from = w.Panel(panel) + ((long)k * wStrideBytes);
        var scale = w.Scales(panel);
        var bias = k == 0 ? w.Bias(panel) : null;
        for (var column = 0; column < columns; column += 2 * TLanes.Width)
        {
            Rows<TLanes, TFormat>(
                x + k, xStride, rows, from + (column * TFormat.Bytes), wStrideBytes, depth, y + (panel * columns) + column, yStride,
                scale is null ? null : scale + column, bias is null ? null : bias + column, add || k > 0);
        }
    }

    private static void OneRow<TLanes, TFormat>(PackedMatrix w, float* x, int k, int depth, int panel, float* y, bool add)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFormat : struct, IPanelFormat
    {
        const int columns = PackedMatrix.PanelColumns;
        var wStrideBytes = columns * TFormat.Bytes;
        var panelBytes = (nint)(w.Panel(1) - w.Panel(0));
        for (var column = 0; column < columns; column += 2 * TLanes.Width)
        {
            var from = w.Panel(panel) + ((long)k * wStrideBytes) + (column * TFormat.Bytes);
            var scale = w.Scales(panel);
            var bias = k == 0 ? w.Bias(panel) : null;
            var to = new SumsTo<TLanes>(y + (panel * columns) + column, 0, scale is null ? null : scale + column, bias is null ? null : bias + column, add || k > 0);
            PanelKernels<TLanes, TFormat>.Row1x2Panels4(x + k, from, panelBytes, wStrideBytes, depth, in to);
        }
    }

    private static void Rows<TLanes, TFormat>(
        float* x, int xStride, int rows, byte* w, int wStrideBytes, int depth, float* y, int yStride, float* scale, float* bias, bool add)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFormat : struct, IPanelFormat
    {
        var row = 0;
        if (TLanes.RowsMax >= 12)
        {
            for (; row + 12 <= rows; row += 12)
            {
                PanelKernels<TLanes, TFormat>.Rows12x2(x + ((long)row * xStride), xStride, w, wStrideBytes, depth, new SumsTo<TLanes>(y + ((long)row * yStride), yStride, scale, bias, add));
            }
        }

        for (; row + 4 <= rows; row += 4)
        {
            PanelKernels<TLanes, TFormat>.Rows4x2(x + ((long)row * xStride), xStride, w, wStrideBytes, depth, new SumsTo<TLanes>(y + ((long)row * yStride), yStride, scale, bias, add));
        }

        for (; row + 2 <= rows; row += 2)
        {
            PanelKernels<TLanes, TFormat>.Rows2x2(x + ((long)row * xStride), xStride, w, wStrideBytes, depth, new SumsTo<TLanes>(y + ((long)row * yStride), yStride, scale, bias, add));
        }

        for (; row < rows; row++)
        {
            PanelKernels<TLanes, TFormat>.Rows1x2(x + ((long)row * xStride), xStride, w, wStrideBytes, depth, new SumsTo<TLanes>(y + ((long)row * yStride), yStride, scale, bias, add));
        }
    }
}
