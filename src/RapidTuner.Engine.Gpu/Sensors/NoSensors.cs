namespace RapidTuner.Engine.Gpu.Sensors;

/// <summary>A device that says nothing of its clock and power.</summary>
internal sealed class NoSensors : IGpuSensors
{
    /// <inheritdoc/>
    public GpuReading Read() => new(double.NaN, double.NaN, double.NaN, false);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
