namespace RapidTuner.Learning.Tables;

/// <summary>What is wanted of a table.</summary>
internal sealed record TableAsk
{
    /// <summary>Columns that hold categories even if they look like numbers.</summary>
    public IReadOnlyCollection<string> Texts { get; init; } = [];

    /// <summary>Columns that must hold numbers: a text in them is a problem.</summary>
    public IReadOnlyCollection<string> Numbers { get; init; } = [];

    /// <summary>Those of them in which an infinite number is a problem too.</summary>
    public IReadOnlyCollection<string> Finite { get; init; } = [];

    /// <summary>Further columns that must be there.</summary>
    public IReadOnlyCollection<string> Named { get; init; } = [];

    /// <summary>Rows that are kept at most; of more, so many are drawn by <see cref="Seed"/>, in their order. Default: all.</summary>
    public int RowsMax { get; init; } = int.MaxValue;

    /// <summary>Seed of that draw.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Memory that may be taken, bytes. Default: <see cref="TableMemory.DefaultBytesMax"/>.</summary>
    public long BytesMax { get; init; } = TableMemory.DefaultBytesMax;
}
