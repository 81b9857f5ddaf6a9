namespace RapidTuner.Engine.Gpu.Blas;

/// <summary>The numbers by which cuBLASLt and hipBLASLt name the same things (cublasLt.h, hipblaslt.h).</summary>
/// <param name="ComputeFloat">Accumulation in float.</param>
/// <param name="TransposeA">Attribute of a product: operation on its first factor.</param>
/// <param name="TransposeB">Attribute of a product: operation on its second factor.</param>
/// <param name="Transpose">The operation "transposed".</param>
/// <param name="Plain">The operation "as it is".</param>
/// <param name="UnitsTarget">Attribute of a product: how many units to plan for; −1 where the library has none.</param>
/// <param name="BatchCount">Attribute of a layout: matrices in a batch.</param>
/// <param name="BatchStride">Attribute of a layout: elements between them.</param>
/// <param name="Workspace">Attribute of a preference: bytes of workspace.</param>
/// <param name="AlgorithmBytes">Size of the algorithm at the start of a heuristic result, bytes.</param>
/// <param name="ResultBytes">Size of a heuristic result, bytes.</param>
internal sealed record LtCodes(
    int ComputeFloat, int TransposeA, int TransposeB, int Transpose, int Plain, int UnitsTarget, int BatchCount, int BatchStride, int Workspace, int AlgorithmBytes, int ResultBytes)
{
    /// <summary>CUDA_R_16BF and HIP_R_16BF.</summary>
    public const int Bf16 = 14;

    /// <summary>CUDA_R_32F and HIP_R_32F.</summary>
    public const int Float = 0;

    /// <summary>cuBLASLt 12 and 13.</summary>
    public static readonly LtCodes Cuda = new(68, 3, 4, 1, 0, 15, 5, 6, 1, 64, 96);

    /// <summary>hipBLASLt of ROCm 6 and 7.</summary>
    public static readonly LtCodes Hip = new(2, 0, 1, 112, 111, -1, 0, 1, 1, 24, 56);
}
