using System.Globalization;

namespace RapidTuner.Engine.Gpu.Sensors;

/// <summary>AMD's sensors as the Linux kernel shows them (amdgpu's hwmon files: Hz, µW, m°C).</summary>
internal sealed class HwmonSensors : IGpuSensors
{
    private readonly string _folder;

    private HwmonSensors(string folder) => _folder = folder;

    /// <summary>Opens the sensors of the device at a place on the bus; null where the kernel shows none.</summary>
    /// <param name="pciBusId">Place on the bus.</param>
    /// <param name="devices">The kernel's folder of PCI devices.</param>
    public static HwmonSensors? Open(string pciBusId, string devices = "/sys/bus/pci/devices")
    {
        var parent = Path.Combine(devices, pciBusId.ToLowerInvariant(), "hwmon");
        return Directory.Exists(parent) && Directory.GetDirectories(parent).Order(StringComparer.Ordinal).FirstOrDefault() is { } folder ? new HwmonSensors(folder) : null;
    }

    /// <inheritdoc/>
    public GpuReading Read()
    {
        var power = Value("power1_average");
        var (cap, heat, critical) = (Value("power1_cap"), Value("temp1_input"), Value("temp1_crit"));
        return new GpuReading(
            Value("freq1_input"), (double.IsNaN(power) ? Value("power1_input") : power) * 1e-6, heat * 1e-3, power >= 0.99 * cap || heat >= critical);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private double Value(string file)
    {
        try
        {
            return double.TryParse(File.ReadAllText(Path.Combine(_folder, file)), CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return double.NaN;
        }
    }
}
