namespace RapidTuner.Engine.Gpu.Blas;

/// <summary>
/// A matrix product in bf16 with float accumulation, row-major: out[rows, columns] = x[rows, inner] · w, where w is stored [columns, inner]
/// (a weight as it is kept, the default) or [inner, columns].
/// </summary>
/// <param name="Rows">Rows of x: tokens.</param>
/// <param name="Columns">Columns of the result.</param>
/// <param name="Inner">The summed dimension.</param>
/// <param name="WeightByColumn">True where w is [columns, inner].</param>
/// <param name="Batch">Products of the same shape, side by side.</param>
/// <param name="XStride">Elements from one x to the next.</param>
/// <param name="WStride">Elements from one w to the next.</param>
/// <param name="OutStride">Elements from one result to the next.</param>
public readonly record struct GemmShape(
    int Rows, int Columns, int Inner, bool WeightByColumn = true, int Batch = 1, long XStride = 0, long WStride = 0, long OutStride = 0)
{
    /// <summary>Floating-point operations of the product.</summary>
    public double Flops => 2.0 * Rows * Columns * Inner * Batch;
}
