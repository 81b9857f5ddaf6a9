namespace RapidTuner.Evaluation.Replay;

/// <summary>What hindsight chose on one seed.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="K">Its highest point on that seed, as far as the choice needed it; null when none.</param>
/// <param name="Screened">Settings screened at one rate.</param>
/// <param name="Searched">Settings searched in full.</param>
internal readonly record struct RowChoice(Setting Setting, int? K, int Screened, int Searched);
