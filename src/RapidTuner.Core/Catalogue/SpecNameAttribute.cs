namespace RapidTuner.Core.Catalogue;

/// <summary>The property that holds the specification's name: its file's name without <c>.json</c>, never a key in the file.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SpecNameAttribute : Attribute;
