namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>One thing that a GPU engine needs, and whether this machine has it.</summary>
/// <param name="Needs">What: a library, a device, a permission.</param>
/// <param name="Has">Whether it is there.</param>
/// <param name="What">What was found, or what is missing and how to get it.</param>
public sealed record GpuFinding(string Needs, bool Has, string What);
