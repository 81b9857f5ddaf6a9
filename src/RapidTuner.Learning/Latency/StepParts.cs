namespace RapidTuner.Learning.Latency;

/// <summary>A step's time alone, and what it is bound by.</summary>
/// <param name="TotalS">Seconds.</param>
/// <param name="MemoryShare">Part of the time that memory bounds, 0 to 1.</param>
/// <param name="ComputeShare">Part of the time that arithmetic bounds, 0 to 1.</param>
internal readonly record struct StepParts(double TotalS, double MemoryShare, double ComputeShare);
