namespace RapidTuner.Engine.Cpu.Workers;

/// <summary>
/// Where units lie: side by side over the cores, core after core. Prefill holds units from the first up and decode from the last down, so that with enough cores
/// each phase has cores of its own and at most one core serves both; a phase's part of a core is a share of its time.
/// </summary>
internal static class CoreShares
{
    /// <summary>Share of <paramref name="core"/> that <paramref name="units"/> of <paramref name="deviceUnits"/> cover, 0 to 1.</summary>
    /// <param name="units">Units of the phase.</param>
    /// <param name="fromEnd">True for decode, whose units are counted from the last one down.</param>
    /// <param name="core">0 to <paramref name="cores"/> − 1.</param>
    /// <param name="cores">Cores, ≥ 1.</param>
    /// <param name="deviceUnits">Units of all cores.</param>
    public static double Of(int units, bool fromEnd, int core, int cores, int deviceUnits)
    {
        var place = fromEnd ? cores - 1 - core : core;
        var unitsPerCore = (double)deviceUnits / cores;
        return Math.Clamp((units - (place * unitsPerCore)) / unitsPerCore, 0, 1);
    }
}
