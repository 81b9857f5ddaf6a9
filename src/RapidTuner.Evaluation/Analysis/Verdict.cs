using RapidTuner.Evaluation.Statistics;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>The report's first words: three sentences, each with its figures.</summary>
/// <param name="Requests">Requests on record.</param>
/// <param name="Attainment">Attained share; null without requests.</param>
/// <param name="AttainmentInterval">Its 95 % interval over blocks; null with fewer than two.</param>
/// <param name="GoodputRps">Attained requests over the time covered, 1/s.</param>
/// <param name="Sentences">Three sentences.</param>
public sealed record Verdict(long Requests, double? Attainment, Interval? AttainmentInterval, double? GoodputRps, IReadOnlyList<string> Sentences);
