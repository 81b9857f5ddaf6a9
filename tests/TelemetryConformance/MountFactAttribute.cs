namespace RapidTuner.Telemetry.Conformance;

/// <summary>A test on a small file system of its own; skipped with its reason where this process may not mount one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute()
    {
        if (!SmallDisk.Available)
        {
            Skip = "needs the right to mount a tmpfs (root, outside of most containers)";
        }
    }
}
