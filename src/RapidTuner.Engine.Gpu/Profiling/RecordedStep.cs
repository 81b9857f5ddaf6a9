using RapidTuner.Engine.Gpu.Devices;

namespace RapidTuner.Engine.Gpu.Profiling;

/// <summary>A step that can be launched at once: its graph, the lane it was recorded on, and the batch whose memory it reads.</summary>
internal sealed class RecordedStep(GpuLane lane, GpuGraph graph, DecodeBatch? batch, Action plain) : IDisposable
{
    /// <summary>Where it runs.</summary>
    public GpuLane Lane => lane;

    /// <summary>Puts it into its lane.</summary>
    public void Launch() => graph.Launch(lane);

    /// <summary>Puts its kernels into its lane one by one.</summary>
    public void LaunchPlain() => plain();

    /// <inheritdoc/>
    public void Dispose()
    {
        lane.Synchronise();
        graph.Dispose();
        batch?.Dispose();
    }
}
