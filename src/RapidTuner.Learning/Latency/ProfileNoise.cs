namespace RapidTuner.Learning.Latency;

/// <summary>Chance on the steps of a profile that is taken from a simulator: lognormal, with rare stragglers. None where a device is measured.</summary>
/// <param name="Sigma">Standard deviation of a step's logarithm, 0 to 1.</param>
/// <param name="StragglerShare">Share of steps that straggle, 0 to 1.</param>
/// <param name="StragglerFactor">Factor on a straggler's time, 1 or more.</param>
public readonly record struct ProfileNoise(double Sigma, double StragglerShare, double StragglerFactor);
