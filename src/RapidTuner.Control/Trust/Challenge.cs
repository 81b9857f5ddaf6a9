namespace RapidTuner.Control.Trust;

/// <summary>A challenger with its scores from logs.</summary>
/// <param name="ChampionId">The model that decides.</param>
/// <param name="ChallengerId">The model that wants to.</param>
/// <param name="WhatIfRatio">Challenger's / champion's goodput in the twin calibrated on this log; null: not replayed, which is not held against it.</param>
/// <param name="OffPolicyHighRps">Upper end of the challenger's off-policy interval, attained requests per second; null: insufficient support.</param>
/// <param name="ChampionRps">What the champion attained on that log; null: unknown.</param>
public sealed record Challenge(string ChampionId, string ChallengerId, double? WhatIfRatio, double? OffPolicyHighRps, double? ChampionRps);
