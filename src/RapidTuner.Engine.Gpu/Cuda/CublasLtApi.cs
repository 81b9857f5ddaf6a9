using RapidTuner.Engine.Gpu.Blas;
using static RapidTuner.Engine.Gpu.Cuda.CublasLtNative;

namespace RapidTuner.Engine.Gpu.Cuda;

/// <summary>cuBLASLt behind <see cref="LtApi"/>.</summary>
internal sealed unsafe class CublasLtApi : LtApi
{
    /// <inheritdoc/>
    public override LtCodes Codes => LtCodes.Cuda;

    /// <inheritdoc/>
    public override string Prefix => "cublasLt";

    /// <inheritdoc/>
    public override int Create(out nint handle) => cublasLtCreate(out handle);

    /// <inheritdoc/>
    public override int Destroy(nint handle) => cublasLtDestroy(handle);

    /// <inheritdoc/>
    public override int CreateProduct(out nint product) => cublasLtMatmulDescCreate(out product, Codes.ComputeFloat, LtCodes.Float);

    /// <inheritdoc/>
    public override int SetProduct(nint product, int attribute, int value) => cublasLtMatmulDescSetAttribute(product, attribute, &value, sizeof(int));

    /// <inheritdoc/>
    public override int DestroyProduct(nint product) => cublasLtMatmulDescDestroy(product);

    /// <inheritdoc/>
    public override int CreateLayout(out nint layout, long rows, long columns, long leading) =>
        cublasLtMatrixLayoutCreate(out layout, LtCodes.Bf16, (ulong)rows, (ulong)columns, leading);

    /// <inheritdoc/>
    public override int SetLayout(nint layout, int attribute, int value) => cublasLtMatrixLayoutSetAttribute(layout, attribute, &value, sizeof(int));

    /// <inheritdoc/>
    public override int SetLayout(nint layout, int attribute, long value) => cublasLtMatrixLayoutSetAttribute(layout, attribute, &value, sizeof(long));

    /// <inheritdoc/>
    public override int DestroyLayout(nint layout) => cublasLtMatrixLayoutDestroy(layout);

    /// <inheritdoc/>
    public override int Choose(nint handle, nint product, nint a, nint b, nint d, long workspaceBytes, byte* result, out int found)
    {
        found = 0;
        var made = cublasLtMatmulPreferenceCreate(out var preference);
        if (made != 0)
        {
            return made;
        }

        var bytes = (nuint)workspaceBytes;
        var set = cublasLtMatmulPreferenceSetAttribute(preference, Codes.Workspace, &bytes, (nuint)sizeof(nuint));
        var chosen = set != 0 ? set : cublasLtMatmulAlgoGetHeuristic(handle, product, a, b, d, d, preference, 1, result, out found);
        _ = cublasLtMatmulPreferenceDestroy(preference);
        return chosen;
    }

    /// <inheritdoc/>
    public override int Multiply(in LtProduct product, nint a, nint b, nint d, byte* algorithm, nint workspace, long workspaceBytes, nint stream)
    {
        float one = 1, zero = 0;
        return cublasLtMatmul(
            product.Handle, product.Product, &one, a, product.A, b, product.B, &zero, d, product.D, d, product.D, algorithm, workspace, (nuint)workspaceBytes, stream);
    }
}
