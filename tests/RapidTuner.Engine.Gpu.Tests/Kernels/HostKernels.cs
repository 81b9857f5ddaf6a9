using System.Runtime.InteropServices;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Gpu.Tests.Kernels;

/// <summary>The kernels' source compiled for this machine.</summary>
public sealed class HostKernels : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("host-kernels").FullName;
    private readonly nint _library;

    public HostKernels()
    {
        if (NativeTools.Find("c++") is null)
        {
            return;
        }

        var built = Path.Combine(_folder, "host_kernels.so");
        NativeTools.Run(
            "c++", "-std=c++20", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-Wall", "-Werror", "-pthread", "-o", built, Path.Combine(NativeTools.Sources, "host_kernels.cpp"));
        _library = NativeLibrary.Load(built);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public nint Export(string name) => NativeLibrary.GetExport(_library, name);
}
