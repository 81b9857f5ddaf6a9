using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RapidTuner.Engine.Cpu.Profiling;

/// <summary>
/// What tells one machine from another without measuring it: the processor's name, how many the process may use, the width of its vectors and the machine's memory. It is the
/// same at every start however busy the machine is, which a measured peak is not.
/// </summary>
public static class MachineMark
{
    private const string ProcessorsFile = "/proc/cpuinfo";
    private const string MemoryFile = "/proc/meminfo";

    // Chosen: the name stands on the first processor's first lines.
    private const int LinesMax = 64;

    /// <summary>This machine's mark; null where its processor has no name that can be read.</summary>
    public static string? Read()
    {
        var name = OperatingSystem.IsWindows() ? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") : NameOf(LinesOf(ProcessorsFile));
        var vectorBits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        return Of(name, Environment.ProcessorCount, vectorBits, MemoryBytes(LinesOf(MemoryFile)) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    /// <summary>The mark of a machine.</summary>
    /// <param name="name">The processor's name; null or blank: not known, and the machine has no mark.</param>
    /// <param name="processors">Processors that the process may use.</param>
    /// <param name="vectorBits">Bits of a vector register.</param>
    /// <param name="memoryBytes">Memory, bytes; rounded to the next power of two, as a kernel keeps a part that varies for itself.</param>
    internal static string? Of(string? name, int processors, int vectorBits, long memoryBytes) => string.IsNullOrWhiteSpace(name)
        ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{RuntimeInformation.ProcessArchitecture}, {name.Trim()}, {processors} processors, {vectorBits} bit, {Math.Pow(2, Math.Round(Math.Log2(Math.Max(1, memoryBytes) / (double)(1 << 30))))} GiB");

    /// <summary>The first processor's name of a list as Linux gives it; null when there is none.</summary>
    internal static string? NameOf(IEnumerable<string> lines)
    {
        string? implementer = null;
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                continue;
            }

            var (key, value) = (line[..colon].Trim(), line[(colon + 1)..].Trim());
            if (key == "model name")
            {
                return value;
            }

            // Arm kernels give numbers instead of a name.
            implementer = key is "CPU implementer" or "CPU part" ? $"{implementer} {value}".Trim() : implementer;
        }

        return implementer;
    }

    /// <summary>The memory of a list as Linux gives it, bytes; null when it does not say.</summary>
    internal static long? MemoryBytes(IEnumerable<string> lines) =>
        lines.FirstOrDefault(l => l.StartsWith("MemTotal:", StringComparison.Ordinal)) is { } line
        && long.TryParse(line["MemTotal:".Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var kilobytes)
            ? kilobytes << 10
            : null;

    private static string[] LinesOf(string path)
    {
        try
        {
            return File.Exists(path) ? [.. File.ReadLines(path).Take(LinesMax)] : [];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
