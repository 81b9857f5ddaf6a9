namespace RapidTuner.Engine.Twin.Cost;

/// <summary>Cost of one or several matrix products on a number of units.</summary>
/// <param name="TotalS">Time, seconds.</param>
/// <param name="ComputeS">Time if memory were infinitely fast, seconds.</param>
/// <param name="MemoryS">Time if arithmetic were infinitely fast, seconds.</param>
/// <param name="Bytes">Bytes to and from memory.</param>
internal readonly record struct GemmCell(double TotalS, double ComputeS, double MemoryS, double Bytes)
{
    public static GemmCell operator +(GemmCell a, GemmCell b) =>
        new(a.TotalS + b.TotalS, a.ComputeS + b.ComputeS, a.MemoryS + b.MemoryS, a.Bytes + b.Bytes);

    public static GemmCell operator *(double times, GemmCell a) =>
        new(times * a.TotalS, times * a.ComputeS, times * a.MemoryS, times * a.Bytes);
}
