namespace RapidTuner.Evaluation.Analysis;

/// <summary>A decision after which many requests missed their SLO, explained from its record.</summary>
/// <param name="Seq">Its number in the log.</param>
/// <param name="AtS">When, seconds since the log's start.</param>
/// <param name="Missed">Requests that missed until the next decision on record.</param>
/// <param name="Explanation">What was seen, what was chosen and why, and what others would have chosen.</param>
public sealed record WorstDecision(long Seq, double AtS, long Missed, string Explanation);
