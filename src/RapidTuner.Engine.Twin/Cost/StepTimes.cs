namespace RapidTuner.Engine.Twin.Cost;

/// <summary>A step's time alone on its units, and what it is made of.</summary>
/// <param name="TotalS">The whole, seconds.</param>
/// <param name="DeviceS">The device's part, seconds.</param>
/// <param name="ComputeS">Its arithmetic if memory were infinitely fast, seconds.</param>
/// <param name="MemoryS">Its memory traffic if arithmetic were infinitely fast, seconds.</param>
/// <param name="Bytes">Bytes to and from memory.</param>
internal readonly record struct StepTimes(double TotalS, double DeviceS, double ComputeS, double MemoryS, double Bytes)
{
    /// <summary>Part of the time that slows down with arithmetic, share.</summary>
    public double ComputeShare => ComputeS <= 0 ? 0 : ComputeS * Math.Min(1, DeviceS / (ComputeS + MemoryS)) / TotalS;

    /// <summary>Part of the time that slows down with memory, share.</summary>
    public double MemoryShare => MemoryS <= 0 ? 0 : MemoryS * Math.Min(1, DeviceS / (ComputeS + MemoryS)) / TotalS;
}
