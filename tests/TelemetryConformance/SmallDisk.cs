using System.Diagnostics;

namespace RapidTuner.Telemetry.Conformance;

/// <summary>A file system in memory of its own, as small as a test wants it. Needs the right to mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(string path, string options)
    {
        Path = path;
        Directory.CreateDirectory(path);
        if (Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path) != 0)
        {
            throw new InvalidOperationException($"{path} could not be mounted");
        }
    }

    public string Path { get; }

    /// <summary>True when this process may mount; tried once.</summary>
    public static bool Available { get; } = Try();

    /// <summary>Mounts it again with other options.</summary>
    public void Grow(string options) => Assert.Equal(0, Run("mount", "-o", "remount," + options, Path));

    public void Dispose() => Run("umount", "-l", Path);

    private static bool Try()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return false;
        }

        using var folder = new TempFolder();
        try
        {
            new SmallDisk(folder.File("disk"), "size=64k").Dispose();
            return true;
        }
        catch (Exception refused) when (refused is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
