namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>Reads weights of one <see cref="WeightFormat"/> as floats. Int8's scale is applied to the sums, not here.</summary>
internal unsafe interface IPanelFormat
{
    /// <summary>Bytes of a weight.</summary>
    static abstract int Bytes { get; }

    /// <summary>One vector of following weights.</summary>
    static abstract TLanes Load<TLanes>(byte* from)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Asks for weights some steps after <paramref name="at"/> to be brought into the cache, where that is faster than leaving it to the processor.</summary>
    static abstract void Prefetch(byte* at);
}
