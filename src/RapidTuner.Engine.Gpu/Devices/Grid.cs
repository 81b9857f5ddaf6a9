namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>Blocks of a launch along each axis.</summary>
public readonly record struct Grid(int X, int Y = 1, int Z = 1);
