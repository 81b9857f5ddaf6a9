using RapidTuner.Telemetry.Records;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>A run of the log and what it holds.</summary>
/// <param name="Record">The run.</param>
/// <param name="Requests">Requests that ended in it.</param>
/// <param name="FromUs">First arrival or window, Unix microseconds.</param>
/// <param name="ToUs">Last end, Unix microseconds.</param>
/// <param name="Chosen">True when the analysis looks at it.</param>
public sealed record LogRun(RunRecord Record, long Requests, long FromUs, long ToUs, bool Chosen);
