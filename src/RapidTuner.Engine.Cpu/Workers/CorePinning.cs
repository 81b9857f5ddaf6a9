using System.Runtime.InteropServices;

namespace RapidTuner.Engine.Cpu.Workers;

/// <summary>
/// Holds each worker on a processor of its own, so that a phase's cores stay its cores and their caches warm. Linux only, and only where there are
/// enough: with few processors the scheduler must be able to move a worker out of the way of the engine's own thread and of other programs.
/// </summary>
internal static unsafe partial class CorePinning
{
    /// <summary>Fewest workers that are pinned. Chosen: the engine's thread then takes at most a quarter of one phase's time when it lands beside a worker.</summary>
    public const int WorkersMin = 4;

    private const int Words = 16;
    private const int WordBits = 64;

    /// <summary>One processor per worker, or null where workers are not pinned: too few, fewer processors than workers, or a system that does not say.</summary>
    /// <param name="workers">Workers.</param>
    /// <param name="allowed">Processors that the process may use, ascending.</param>
    public static int[]? For(int workers, IReadOnlyList<int> allowed) => workers >= WorkersMin && allowed.Count >= workers ? [.. allowed.Take(workers)] : null;

    /// <summary>Processors that the calling thread may use, ascending; none where the system does not say.</summary>
    public static IReadOnlyList<int> Allowed()
    {
        var mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        if (!OperatingSystem.IsLinux() || GetAffinity(0, Words * sizeof(ulong), mask) != 0)
        {
            return [];
        }

        var allowed = new List<int>();
        for (var processor = 0; processor < Words * WordBits; processor++)
        {
            if ((mask[processor / WordBits] >> (processor % WordBits) & 1) == 1)
            {
                allowed.Add(processor);
            }
        }

        return allowed;
    }

    /// <summary>Holds the calling thread on a processor; false where the system refuses, and everything works as before.</summary>
    public static bool Pin(int processor)
    {
        var mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        mask[processor / WordBits] = 1UL << (processor % WordBits);
        return OperatingSystem.IsLinux() && SetAffinity(0, Words * sizeof(ulong), mask) == 0;
    }

    // Thread 0 is the calling one.
    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint bytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint bytes, ulong* mask);
}
