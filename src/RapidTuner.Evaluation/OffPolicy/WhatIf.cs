namespace RapidTuner.Evaluation.OffPolicy;

/// <summary>One policy on the workload of a log, replayed in the twin.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Attainment">Attained / requests; null without requests.</param>
/// <param name="GoodputRps">Attained requests per second of the arrival span; null for a span of 0.</param>
public sealed record WhatIf(string Policy, double? Attainment, double? GoodputRps);
