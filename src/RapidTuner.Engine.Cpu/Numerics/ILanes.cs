namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>
/// A vector of floats of one width. Kernels are written once over this contract; each width is a struct, so that the compiler makes
/// a kernel of its own for it and nothing of the contract is left at run time.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>Floats in the vector.</summary>
    static abstract int Width { get; }

    /// <summary>Rows that the widest kernel may hold in registers beside two vectors of weights.</summary>
    static abstract int RowsMax { get; }

    static abstract TSelf Fill(float value);

    static abstract TSelf Load(float* from);

    /// <summary>bf16 is the upper half of a float.</summary>
    static abstract TSelf LoadBFloat16(ushort* from);

    static abstract TSelf LoadEightBit(sbyte* from);

    static abstract void Store(TSelf value, float* to);

    /// <summary>a · b + sum, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf sum);

    static abstract TSelf Add(TSelf a, TSelf b);
}
