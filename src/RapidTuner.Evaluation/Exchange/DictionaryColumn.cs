namespace RapidTuner.Evaluation.Exchange;

/// <summary>A column of an export.</summary>
/// <param name="Name">Name.</param>
/// <param name="Kind">"whole", "real", "text" or "blob" (base64).</param>
/// <param name="Unit">"us", "s", "tokens", "share", "1"; empty for names and texts.</param>
/// <param name="Description">What it is.</param>
/// <param name="Nullable">True when it may be missing.</param>
public sealed record DictionaryColumn(string Name, string Kind, string Unit, string Description, bool Nullable);
