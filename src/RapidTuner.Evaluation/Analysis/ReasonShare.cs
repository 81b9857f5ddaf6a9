namespace RapidTuner.Evaluation.Analysis;

/// <summary>How often decisions gave a reason.</summary>
/// <param name="Reason">The reason's name.</param>
/// <param name="Source">Which loop decided.</param>
/// <param name="Count">Decisions on record.</param>
/// <param name="Share">Of all decisions on record.</param>
public sealed record ReasonShare(string Reason, string Source, long Count, double Share);
