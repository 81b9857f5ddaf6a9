namespace RapidTuner.Telemetry.Store;

/// <summary>One column as a reader meets it, in a store opened by hand and in exports; the data dictionary is made from these.</summary>
/// <param name="Name">Name, unit last.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Unit">"s", "us" (microseconds), "tokens", "share", "1" (a number of things), "" for names and texts.</param>
/// <param name="Description">What it is, in a sentence.</param>
/// <param name="Nullable">True when it may be missing.</param>
public sealed record Column(string Name, ColumnKind Kind, string Unit, string Description, bool Nullable = false);
