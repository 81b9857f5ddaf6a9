namespace RapidTuner.Core.Catalogue;

/// <summary>A property that a specification file may leave out; it then keeps its initial value.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionalAttribute : Attribute;
