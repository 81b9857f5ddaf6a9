using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Devices;

namespace RapidTuner.Profiling;

/// <summary>Finds the catalogue's entry of a device by its driver's name.</summary>
internal static class DeviceNames
{
    /// <summary>The entry of the same vendor and units whose name or alias, read without spaces and signs, is part of the driver's name; the longest of several.</summary>
    public static DeviceSpec? Find(SpecCatalogue catalogue, GpuInfo info)
    {
        var name = Plain(info.Name);
        return catalogue.Devices.Where(d => d.Vendor == info.Vendor && d.Units == info.Units)
            .SelectMany(d => d.Aliases.Append(d.Name).Select(n => (Device: d, Name: Plain(n))))
            .Where(c => name.Contains(c.Name, StringComparison.Ordinal))
            .OrderByDescending(c => c.Name.Length)
            .Select(c => c.Device)
            .FirstOrDefault();
    }

    private static string Plain(string name) => string.Concat(name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit));
}
