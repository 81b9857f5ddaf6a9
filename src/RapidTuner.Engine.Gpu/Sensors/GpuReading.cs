namespace RapidTuner.Engine.Gpu.Sensors;

/// <summary>One look at a device's clock, power and temperature; NaN where it does not say.</summary>
/// <param name="ClockHz">Clock of its units, Hz.</param>
/// <param name="PowerW">Board power, watts.</param>
/// <param name="TemperatureC">Core temperature, °C.</param>
/// <param name="Throttled">True when the device says that it holds its clock down for heat or power.</param>
public readonly record struct GpuReading(double ClockHz, double PowerW, double TemperatureC, bool Throttled);
