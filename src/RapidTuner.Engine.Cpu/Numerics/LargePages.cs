using System.Runtime.InteropServices;

namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>
/// Asks the system to back memory with large pages: weights are read from end to end, and small pages cost a look-up of an address every 4 KiB. Advice
/// only: where the system knows nothing of it or refuses, everything works as before.
/// </summary>
internal static unsafe partial class LargePages
{
    /// <summary>Bytes of a large page on x86-64 and most of arm64.</summary>
    public const int Bytes = 2 << 20;

    // MADV_HUGEPAGE of <sys/mman.h>, Linux.
    private const int HugePage = 14;

    /// <summary>Advises on the whole pages within the memory; before it is first written to.</summary>
    public static void Advise(void* memory, long bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = MAdvise(memory, (nuint)(bytes / Bytes * Bytes), HugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(void* address, nuint length, int advice);
}
