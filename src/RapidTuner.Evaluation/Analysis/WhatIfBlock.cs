namespace RapidTuner.Evaluation.Analysis;

/// <summary>One block of the log under every policy.</summary>
/// <param name="FromS">Start, seconds since the log's start.</param>
/// <param name="Requests">Requests that arrived in it.</param>
/// <param name="Logged">Attained share as it was.</param>
/// <param name="Attained">Attained share in the twin, by policy.</param>
/// <param name="Best">The best policy there.</param>
/// <param name="Regret">Its attained share minus that of the logged policy, both in the twin; null where that could not be replayed.</param>
public sealed record WhatIfBlock(double FromS, long Requests, double Logged, IReadOnlyDictionary<string, double> Attained, string Best, double? Regret);
