using RapidTuner.Evaluation.Statistics;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>A policy replayed through the twin on blocks of the log.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Attainment">Attained share over the blocks.</param>
/// <param name="Low">Lower end of its 95 % interval over blocks; null with fewer than two.</param>
/// <param name="High">Upper end.</param>
/// <param name="Difference">Attained share minus that of the logged policy replayed likewise, paired by block; null for that policy itself and with fewer than two blocks.</param>
public sealed record WhatIfRow(string Policy, double Attainment, double? Low, double? High, Interval? Difference);
