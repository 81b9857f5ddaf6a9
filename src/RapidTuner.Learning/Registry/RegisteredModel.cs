namespace RapidTuner.Learning.Registry;

/// <summary>A model and what it is at present.</summary>
/// <param name="Entry">The model.</param>
/// <param name="Status">What it is.</param>
/// <param name="Pinned">True while an operator holds it in office.</param>
public sealed record RegisteredModel(RegistryEntry Entry, ModelStatus Status, bool Pinned);
