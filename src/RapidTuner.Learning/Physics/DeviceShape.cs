using RapidTuner.Core.Catalogue;

namespace RapidTuner.Learning.Physics;

/// <summary>The datasheet of a device that fitted constants are relative to.</summary>
/// <param name="PeakTflopPerS">Peak of dense 16-bit matrix products, 10¹² a second.</param>
/// <param name="PeakGbPerS">Peak bandwidth, 10⁹ bytes a second.</param>
/// <param name="Units">Units.</param>
/// <param name="LinkGbPerS">Bandwidth to other devices, 10⁹ bytes a second.</param>
internal sealed record DeviceShape(double PeakTflopPerS, double PeakGbPerS, double Units, double LinkGbPerS)
{
    /// <summary>A device that is not known: the geometric mean of datacentre GPUs. Fitted constants then carry the difference.</summary>
    public static DeviceShape Unknown { get; } = new(500, 2500, 120, 300);

    /// <summary>The device called <paramref name="name"/>, as the catalogue has it.</summary>
    public static DeviceShape Find(string? name, SpecCatalogue catalogue)
    {
        var spec = name is null ? null : catalogue.FindDevice(name) ?? catalogue.FindDevice(name.Split('-')[0]);
        return spec is null ? Unknown : new DeviceShape(spec.PeakBf16FlopPerS / 1e12, spec.MemoryBytesPerS / 1e9, spec.Units, spec.LinkBytesPerS / 1e9);
    }
}
