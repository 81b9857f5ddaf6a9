using System.Runtime.InteropServices;
using RapidTuner.Engine.Gpu.Libraries;

namespace RapidTuner.Engine.Gpu.Cuda;

/// <summary>cuBLASLt, as far as it is used.</summary>
internal static unsafe partial class CublasLtNative
{
    private const string Library = NativeLibraries.CublasLt;

    [LibraryImport(Library)]
    internal static partial int cublasLtCreate(out nint handle);

    [LibraryImport(Library)]
    internal static partial int cublasLtDestroy(nint handle);

    [LibraryImport(Library)]
    internal static partial int cublasLtMatmulDescCreate(out nint description, int computeType, int scaleType);

    [LibraryImport(Library)]
    internal static partial int cublasLtMatmulDescSetAttribute(nint description, int attribute, void* value, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int cublasLtMatmulDescDestroy(nint description);

    [LibraryImport(Library)]
    internal static partial int cublasLtMatrixLayoutCreate(out nint layout, int type, ulong rows, ulong columns, long leading);

    [LibraryImport(Library)]
    internal static partial int cublasLtMatrixLayoutSetAttribute(nint layout, int attribute, void* value, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int cublasLtMatrixLayoutDestroy(nint layout);

    [LibraryImport(Library)]
    internal static partial int cublasLtMatmulPreferenceCreate(out nint preference);

    [LibraryImport(Library)]
    internal static partial int cublasLtMatmulPreferenceSetAttribute(nint preference, int attribute, void* value, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int cublasLtMatmulPreferenceDestroy(nint preference);

    [LibraryImport(Library)]
    internal static partial int cublasLtMatmulAlgoGetHeuristic(
        nint handle, nint description, nint a, nint b, nint c, nint d, nint preference, int wanted, byte* results, out int found);

    [LibraryImport(Library)]
    internal static partial int cublasLtMatmul(
        nint handle, nint description, void* alpha, nint a, nint aLayout, nint b, nint bLayout, void* beta, nint c, nint cLayout, nint d, nint dLayout, byte* algorithm, nint workspace, nuint workspaceBytes, nint stream);
}
