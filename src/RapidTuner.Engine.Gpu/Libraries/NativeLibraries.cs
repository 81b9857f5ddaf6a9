using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RapidTuner.Engine.Gpu.Libraries;

/// <summary>
/// Finds the vendors' libraries when they are first needed: never at link time, and never from the working directory. The folders named by
/// the environment variable <see cref="FoldersVariable"/> (colon-separated) are searched before the system's own.
/// </summary>
public static class NativeLibraries
{
    /// <summary>Environment variable with folders to search first.</summary>
    public const string FoldersVariable = "RAPIDTUNER_GPU_LIBRARIES";

    internal const string Cuda = "cuda";
    internal const string Nvrtc = "nvrtc";
    internal const string CublasLt = "cublasLt";
    internal const string Nvml = "nvidia-ml";
    internal const string Hip = "amdhip64";
    internal const string Hiprtc = "hiprtc";
    internal const string HipblasLt = "hipblaslt";

    private static readonly Dictionary<string, string[]> FileNames = new(StringComparer.Ordinal)
    {
        [Cuda] = ["libcuda.so.1"],
        [Nvrtc] = ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so"],
        [CublasLt] = ["libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so"],
        [Nvml] = ["libnvidia-ml.so.1"],
        [Hip] = ["libamdhip64.so.7", "libamdhip64.so.6", "libamdhip64.so.5", "libamdhip64.so"],
        [Hiprtc] = ["libhiprtc.so.7", "libhiprtc.so.6", "libhiprtc.so.5", "libhiprtc.so"],
        [HipblasLt] = ["libhipblaslt.so.1", "libhipblaslt.so.0", "libhipblaslt.so"],
    };

    /// <summary>File names under which a library is looked for, first choice first.</summary>
    internal static IReadOnlyList<string> Candidates(string library) => FileNames[library];

    /// <summary>Loads a library; 0 when none of its names can be loaded.</summary>
    internal static nint Load(string library)
    {
        var folders = (Environment.GetEnvironmentVariable(FoldersVariable) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in FileNames[library])
        {
            foreach (var folder in folders.Where(Path.IsPathRooted))
            {
                if (NativeLibrary.TryLoad(Path.Combine(folder, name), out var found))
                {
                    return found;
                }
            }

            if (NativeLibrary.TryLoad(name, out var installed))
            {
                return installed;
            }
        }

        return 0;
    }

    /// <summary>True when a library can be loaded and, if asked, exports <paramref name="symbol"/>.</summary>
    internal static bool Has(string library, string? symbol = null)
    {
        var handle = Load(library);
        return handle != 0 && (symbol is null || NativeLibrary.TryGetExport(handle, symbol, out _));
    }

    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "the resolver must stand before the first native call, whichever that is")]
    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, (name, _, _) => FileNames.ContainsKey(name) ? Load(name) : 0);
}
