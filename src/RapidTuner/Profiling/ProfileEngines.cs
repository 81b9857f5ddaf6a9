using RapidTuner.Commands;
using RapidTuner.Engine.Profiling;

namespace RapidTuner.Profiling;

/// <summary>The backends that can be profiled.</summary>
internal static class ProfileEngines
{
    private static readonly Dictionary<string, Func<ProfileRequest, TimeProvider, (IStepMeter Meter, ProfileGrid Grid)>> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gpu"] = GpuProfiling.Open,
        ["cpu"] = CpuProfiling.Open,
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Opens the backend that was asked for, and says what is to be measured on it.</summary>
    public static (IStepMeter Meter, ProfileGrid Grid) Open(ProfileRequest asked, TimeProvider clock) => Known[asked.Engine](asked, clock);
}
