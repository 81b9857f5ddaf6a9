using System.Security.Cryptography;
using System.Text;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Cuda;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Gpu.Hip;

namespace RapidTuner.Engine.Gpu.Kernels;

/// <summary>
/// Compiled kernels on disk, named by a hash of source, architecture and compiler, with a checksum before the image: a damaged or foreign file is compiled
/// anew. A folder that cannot be written costs a compilation, nothing else.
/// </summary>
public sealed class KernelCache
{
    private readonly string _folder;

    /// <summary>Keeps images in <paramref name="folder"/>.</summary>
    public KernelCache(string folder) => _folder = folder;

    /// <summary>The user's cache folder.</summary>
    public static string DefaultFolder =>
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "rapidtuner",
            "kernels");

    /// <summary>Compiles the kernels for a device, or finds them.</summary>
    /// <returns>The image, and whether it was found.</returns>
    public (byte[] Image, bool Found) Get(GpuInfo device) =>
        Get(KernelSource.Text, device.Architecture, device.Vendor == Vendor.Nvidia ? new NvrtcCompiler() : new HiprtcCompiler());

    internal (byte[] Image, bool Found) Get(string source, string architecture, IKernelCompiler compiler)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{compiler.Version}\n{architecture}\n{source}")));
        var file = Path.Combine(_folder, $"{architecture}-{key[..32]}.bin");
        if (Read(file) is { } found)
        {
            return (found, true);
        }

        var image = compiler.Compile(source, architecture);
        Write(file, image);
        return (image, false);
    }

    private static byte[]? Read(string file)
    {
        try
        {
            var all = File.ReadAllBytes(file);
            var image = all.AsSpan(Math.Min(all.Length, SHA256.HashSizeInBytes));
            return image.Length > 0 && SHA256.HashData(image).AsSpan().SequenceEqual(all.AsSpan(0, SHA256.HashSizeInBytes)) ? image.ToArray() : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Write(string file, byte[] image)
    {
        try
        {
            Directory.CreateDirectory(_folder);
            var part = $"{file}.{Environment.ProcessId}.part";
            File.WriteAllBytes(part, [.. SHA256.HashData(image), .. image]);
            File.Move(part, file, overwrite: true);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // The image in memory serves; the next start compiles again.
        }
    }
}
