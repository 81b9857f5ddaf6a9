namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>How weights are held in memory. Activations are always 32-bit floats.</summary>
public enum WeightFormat : byte
{
    /// <summary>32-bit floats, 4 bytes a weight.</summary>
    FullPrecision,

    /// <summary>bf16: the upper half of a float, 2 bytes a weight.</summary>
    BFloat16,

    /// <summary>8-bit integers with one scale per output (row of the matrix), 1 byte a weight.</summary>
    EightBit,
}
