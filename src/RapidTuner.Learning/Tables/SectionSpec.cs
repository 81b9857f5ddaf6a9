namespace RapidTuner.Learning.Tables;

/// <summary>One binary section of an artefact.</summary>
/// <param name="Name">What it holds.</param>
/// <param name="Bytes">Its length.</param>
internal sealed record SectionSpec(string Name, long Bytes);
