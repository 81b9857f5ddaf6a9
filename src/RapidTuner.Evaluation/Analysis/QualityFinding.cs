namespace RapidTuner.Evaluation.Analysis;

/// <summary>Something that limits what a log can say.</summary>
/// <param name="What">What was found.</param>
/// <param name="Count">How often.</param>
/// <param name="Consequence">What the report cannot say because of it.</param>
public sealed record QualityFinding(string What, long Count, string Consequence);
