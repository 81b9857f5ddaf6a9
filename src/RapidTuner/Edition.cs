using System.Reflection;

namespace RapidTuner;

/// <summary>What this build holds beside the default edition's parts (docs/adr/0002).</summary>
internal static class Edition
{
    /// <summary>"default" or "full".</summary>
    public static string Name { get; } =
        typeof(Edition).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "Edition")?.Value ?? "default";

    /// <summary>Makes the full edition's providers the defaults; does nothing in the default edition.</summary>
    public static void Open()
    {
#if FULL_EDITION
        Learning.Trees.Training.Trainers.UseByDefault(new Learning.MLNet.FastTreeTrainer());
#endif
    }
}
