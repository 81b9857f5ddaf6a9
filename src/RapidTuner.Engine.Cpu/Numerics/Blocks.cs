namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>Small products of floats with unpacked matrices: attention's scores and sums.</summary>
internal static unsafe class Blocks
{
    /// <summary>Y[rows × columns] = X[rows × depth] · B[depth × columns], or added to Y. Columns are a multiple of 16.</summary>
    public static void Multiply(float* x, int xStride, int rows, float* b, int bStride, int columns, int depth, float* y, int yStride, bool add)
    {
        if (Lanes512.Supported)
        {
            Multiply<Lanes512>(x, xStride, rows, b, bStride, columns, depth, y, yStride, add);
        }
        else if (Lanes256.Supported)
        {
            Multiply<Lanes256>(x, xStride, rows, b, bStride, columns, depth, y, yStride, add);
        }
        else
        {
            Multiply<Lanes128>(x, xStride, rows, b, bStride, columns, depth, y, yStride, add);
        }
    }

    /// <summary>The same on vectors of one width.</summary>
    public static void Multiply<TLanes>(float* x, int xStride, int rows, float* b, int bStride, int columns, int depth, float* y, int yStride, bool add)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var bBytes = (nint)bStride * sizeof(float);
        for (var column = 0; column < columns; column += TLanes.Width)
        {
            var from = (byte*)(b + column);
            var row = 0;
            for (; row + 8 <= rows; row += 8)
            {
                BlockKernels<TLanes, FullPrecisionPanel>.Rows8x1(x + ((long)row * xStride), xStride, from, bBytes, depth, To<TLanes>(y, yStride, row, column, add));
            }

            for (; row + 4 <= rows; row += 4)
            {
                BlockKernels<TLanes, FullPrecisionPanel>.Rows4x1(x + ((long)row * xStride), xStride, from, bBytes, depth, To<TLanes>(y, yStride, row, column, add));
            }

            for (; row < rows; row++)
            {
                BlockKernels<TLanes, FullPrecisionPanel>.Rows1x1(x + ((long)row * xStride), xStride, from, bBytes, depth, To<TLanes>(y, yStride, row, column, add));
            }
        }
    }

    private static SumsTo<TLanes> To<TLanes>(float* y, int yStride, int row, int column, bool add)
        where TLanes : unmanaged, ILanes<TLanes> => new(y + ((long)row * yStride) + column, yStride, null, null, add);
}
