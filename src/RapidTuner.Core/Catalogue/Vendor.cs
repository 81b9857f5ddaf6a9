namespace RapidTuner.Core.Catalogue;

/// <summary>Who makes a device.</summary>
public enum Vendor : byte
{
    /// <summary>NVIDIA; units are streaming multiprocessors.</summary>
    Nvidia,

    /// <summary>AMD; units are compute units.</summary>
    Amd,
}
