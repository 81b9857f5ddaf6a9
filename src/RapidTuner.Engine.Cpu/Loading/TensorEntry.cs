namespace RapidTuner.Engine.Cpu.Loading;

/// <summary>A tensor within a safetensors file, checked against the file's size.</summary>
/// <param name="Type">Type as the header spells it, such as "BF16".</param>
/// <param name="Shape">Sizes, outermost first.</param>
/// <param name="Begin">First byte after the header.</param>
/// <param name="End">Byte after the last.</param>
internal sealed record TensorEntry(string Type, long[] Shape, long Begin, long End)
{
    /// <summary>Shape as people write it.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
