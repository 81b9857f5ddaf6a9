namespace RapidTuner.Learning.Tables;

/// <summary>One feature of a model: the column that it comes from and, for a column of texts, the text of each code.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Texts">The known texts, at most 254; null for numbers.</param>
internal sealed record FeatureSpec(string Name, string[]? Texts);
