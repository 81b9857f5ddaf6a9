namespace RapidTuner.Engine.Gpu.Sensors;

/// <summary>Reads a device's clock, power and temperature.</summary>
public interface IGpuSensors : IDisposable
{
    /// <summary>One look; costs well under a millisecond.</summary>
    GpuReading Read();
}
