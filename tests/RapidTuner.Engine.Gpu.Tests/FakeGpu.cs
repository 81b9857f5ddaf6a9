using System.Runtime.InteropServices;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Gpu.Hip;
using RapidTuner.Engine.Gpu.Libraries;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Gpu.Tests;

/// <summary>A driver of our own under the vendors' names: it counts what it hands out, follows a clock of work, and fails when told to.</summary>
public sealed unsafe class FakeGpu : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fake-gpu").FullName;
    private readonly nint _library;

    public FakeGpu()
    {
        if (NativeTools.Find("cc") is null)
        {
            return;
        }

        var built = Path.Combine(_folder, "fake_gpu.so");
        NativeTools.Run("cc", "-shared", "-fPIC", "-fvisibility=hidden", "-O1", "-Wall", "-Wextra", "-Werror", "-o", built, Path.Combine(NativeTools.Sources, "fake_gpu.c"));
        foreach (var name in (string[])["libcuda.so.1", "libnvrtc.so.12", "libcublasLt.so.12", "libnvidia-ml.so.1", "libamdhip64.so.6", "libhiprtc.so.6", "libhipblaslt.so.0"])
        {
            File.CreateSymbolicLink(Path.Combine(_folder, name), built);
        }

        WriteNode("0", simds: 0, target: 0, dies: 0, location: 0);
        WriteNode("1", simds: 304 * 4, target: 90402, dies: 8, location: 5 << 8);
        Environment.SetEnvironmentVariable(NativeLibraries.FoldersVariable, _folder);
        Environment.SetEnvironmentVariable(KfdNode.FolderVariable, Path.Combine(_folder, "nodes"));
        _library = NativeLibrary.Load(built);
    }

    /// <summary>Objects that are handed out and not given back.</summary>
    public int Live => ((delegate* unmanaged<int>)Export("fake_total"))();

    /// <summary>Objects given back twice, and calls without a current context.</summary>
    public int Misuse => ((delegate* unmanaged<int>)Export("fake_misuse"))();

    /// <summary>Bytes of device memory in use.</summary>
    public ulong UsedBytes => ((delegate* unmanaged<ulong>)Export("fake_used"))();

    /// <summary>The mask of the last masked stream.</summary>
    public uint[] LastMask
    {
        get
        {
            var words = stackalloc uint[16];
            var count = ((delegate* unmanaged<uint*, int>)Export("fake_mask"))(words);
            return new ReadOnlySpan<uint>(words, count).ToArray();
        }
    }

    /// <summary>First group and number of groups of the last partition.</summary>
    public (int From, int Count) LastGroups
    {
        get
        {
            int from;
            var count = ((delegate* unmanaged<int*, int>)Export("fake_groups"))(&from);
            return (from, count);
        }
    }

    /// <summary>Lets a call fail once, after it has succeeded <paramref name="after"/> times.</summary>
    public void Fail(string call, int code, int after = 0)
    {
        var name = Marshal.StringToCoTaskMemUTF8(call);
        ((delegate* unmanaged<nint, int, int, void>)Export("fake_fail"))(name, code, after);
        Marshal.FreeCoTaskMem(name);
    }

    /// <summary>How many devices the driver shows.</summary>
    public void Devices(int count) => ((delegate* unmanaged<int, void>)Export("fake_devices"))(count);

    /// <summary>Opens its device.</summary>
    public GpuDevice Open(Vendor vendor) => GpuDevice.Open(vendor, 0);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(NativeLibraries.FoldersVariable, null);
        Environment.SetEnvironmentVariable(KfdNode.FolderVariable, null);
        Directory.Delete(_folder, recursive: true);
    }

    private nint Export(string name) => NativeLibrary.GetExport(_library, name);

    private void WriteNode(string name, int simds, int target, int dies, int location)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "nodes", name)).FullName;
        File.WriteAllText(
            Path.Combine(folder, "properties"),
            $"cpu_cores_count 0\nsimd_count {simds}\nsimd_per_cu 4\ngfx_target_version {target}\nnum_xcc {dies}\ndomain 0\nlocation_id {location}\n");
    }
}
