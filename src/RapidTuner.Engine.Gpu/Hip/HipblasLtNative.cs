using System.Runtime.InteropServices;
using RapidTuner.Engine.Gpu.Libraries;

namespace RapidTuner.Engine.Gpu.Hip;

/// <summary>hipBLASLt, as far as it is used.</summary>
internal static unsafe partial class HipblasLtNative
{
    private const string Library = NativeLibraries.HipblasLt;

    [LibraryImport(Library)]
    internal static partial int hipblasLtCreate(out nint handle);

    [LibraryImport(Library)]
    internal static partial int hipblasLtDestroy(nint handle);

    [LibraryImport(Library)]
    internal static partial int hipblasLtMatmulDescCreate(out nint description, int computeType, int scaleType);

    [LibraryImport(Library)]
    internal static partial int hipblasLtMatmulDescSetAttribute(nint description, int attribute, void* value, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int hipblasLtMatmulDescDestroy(nint description);

    [LibraryImport(Library)]
    internal static partial int hipblasLtMatrixLayoutCreate(out nint layout, int type, ulong rows, ulong columns, long leading);

    [LibraryImport(Library)]
    internal static partial int hipblasLtMatrixLayoutSetAttribute(nint layout, int attribute, void* value, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int hipblasLtMatrixLayoutDestroy(nint layout);

    [LibraryImport(Library)]
    internal static partial int hipblasLtMatmulPreferenceCreate(out nint preference);

    [LibraryImport(Library)]
    internal static partial int hipblasLtMatmulPreferenceSetAttribute(nint preference, int attribute, void* value, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int hipblasLtMatmulPreferenceDestroy(nint preference);

    [LibraryImport(Library)]
    internal static partial int hipblasLtMatmulAlgoGetHeuristic(
        nint handle, nint description, nint a, nint b, nint c, nint d, nint preference, int wanted, byte* results, out int found);

    [LibraryImport(Library)]
    internal static partial int hipblasLtMatmul(
        nint handle, nint description, void* alpha, nint a, nint aLayout, nint b, nint bLayout, void* beta, nint c, nint cLayout, nint d, nint dLayout, byte* algorithm, nint workspace, nuint workspaceBytes, nint stream);
}
