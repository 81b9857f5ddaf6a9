using RapidTuner.Engine.Gpu.Blas;
using static RapidTuner.Engine.Gpu.Hip.HipblasLtNative;

namespace RapidTuner.Engine.Gpu.Hip;

/// <summary>hipBLASLt behind <see cref="LtApi"/>.</summary>
internal sealed unsafe class HipblasLtApi : LtApi
{
    /// <inheritdoc/>
    public override LtCodes Codes => LtCodes.Hip;

    /// <inheritdoc/>
    public override string Prefix => "hipblasLt";

    /// <inheritdoc/>
    public override int Create(out nint handle) => hipblasLtCreate(out handle);

    /// <inheritdoc/>
    public override int Destroy(nint handle) => hipblasLtDestroy(handle);

    /// <inheritdoc/>
    public override int CreateProduct(out nint product) => hipblasLtMatmulDescCreate(out product, Codes.ComputeFloat, LtCodes.Float);

    /// <inheritdoc/>
    public override int SetProduct(nint product, int attribute, int value) => hipblasLtMatmulDescSetAttribute(product, attribute, &value, sizeof(int));

    /// <inheritdoc/>
    public override int DestroyProduct(nint product) => hipblasLtMatmulDescDestroy(product);

    /// <inheritdoc/>
    public override int CreateLayout(out nint layout, long rows, long columns, long leading) =>
        hipblasLtMatrixLayoutCreate(out layout, LtCodes.Bf16, (ulong)rows, (ulong)columns, leading);

    /// <inheritdoc/>
    public override int SetLayout(nint layout, int attribute, int value) => hipblasLtMatrixLayoutSetAttribute(layout, attribute, &value, sizeof(int));

    /// <inheritdoc/>
    public override int SetLayout(nint layout, int attribute, long value) => hipblasLtMatrixLayoutSetAttribute(layout, attribute, &value, sizeof(long));

    /// <inheritdoc/>
    public override int DestroyLayout(nint layout) => hipblasLtMatrixLayoutDestroy(layout);

    /// <inheritdoc/>
    public override int Choose(nint handle, nint product, nint a, nint b, nint d, long workspaceBytes, byte* result, out int found)
    {
        found = 0;
        var made = hipblasLtMatmulPreferenceCreate(out var preference);
        if (made != 0)
        {
            return made;
        }

        var bytes = (nuint)workspaceBytes;
        var set = hipblasLtMatmulPreferenceSetAttribute(preference, Codes.Workspace, &bytes, (nuint)sizeof(nuint));
        var chosen = set != 0 ? set : hipblasLtMatmulAlgoGetHeuristic(handle, product, a, b, d, d, preference, 1, result, out found);
        _ = hipblasLtMatmulPreferenceDestroy(preference);
        return chosen;
    }

    /// <inheritdoc/>
    public override int Multiply(in LtProduct product, nint a, nint b, nint d, byte* algorithm, nint workspace, long workspaceBytes, nint stream)
    {
        float one = 1, zero = 0;
        return hipblasLtMatmul(
            product.Handle, product.Product, &one, a, product.A, b, product.B, &zero, d, product.D, d, product.D, algorithm, workspace, (nuint)workspaceBytes, stream);
    }
}
