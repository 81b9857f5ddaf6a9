using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tables;

/// <summary>What is to be learned from a table, and how.</summary>
public sealed record TableFitOptions
{
    /// <summary>Column to predict.</summary>
    public required string Target { get; init; }

    /// <summary>
    /// <c>histogram</c>, <c>physics</c>, <c>physics+histogram</c>; in the full edition also <c>fasttree</c> and <c>physics+fasttree</c>. Null, the
    /// default: the first of <see cref="Trainers.BuiltIn"/> that can fit the loss.
    /// </summary>
    public string? Trainer { get; init; }

    /// <summary>What is made small; default: log-squared where all targets are above 0, else squared.</summary>
    public Loss? Loss { get; init; }

    /// <summary>Columns that hold categories even if they look like numbers; columns of texts always do.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>Columns that are not used.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Column whose values are held out together, so that intervals hold for values never seen; it is no feature. Default: none.</summary>
    public string? Group { get; init; }

    /// <summary>Most trees, 1 to 100,000; default 3000. The number used is the one that did best on held-out rows, unless <see cref="ExactTrees"/>.</summary>
    public int Trees { get; init; } = 3000;

    /// <summary>Grow exactly <see cref="Trees"/> trees; default false.</summary>
    public bool ExactTrees { get; init; }

    /// <summary>Most leaves of a tree, 2 to 4096; default 31.</summary>
    public int Leaves { get; init; } = 31;

    /// <summary>Shrinkage, 0 (exclusive) to 1; default 0.05.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>Fewest rows of a leaf, 1 or more; default 3: measured tables are grids with little noise.</summary>
    public int LeafRowsMin { get; init; } = 3;

    /// <summary>Share of the rows drawn for each tree, 0 (exclusive) to 1; default 0.7.</summary>
    public double RowShare { get; init; } = 0.7;

    /// <summary>Share of the targets that an interval holds, 0.5 to 0.99; default 0.9.</summary>
    public double Coverage { get; init; } = 0.9;

    /// <summary>Seed of every draw; default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Most rows to learn from, 1 or more; of more, so many are drawn by the seed. Default 1,000,000: with one part held out they take no longer than the five
    /// folds of a table of 200,000, and trees of 31 leaves learn no more from others of their kind.
    /// </summary>
    public int RowsMax { get; init; } = 1_000_000;

    /// <summary>Memory that a fit may take, bytes; a table that needs more is refused once its rows are counted. Default: three quarters of what the process may have.</summary>
    public long MemoryBytesMax { get; init; } = TableMemory.DefaultBytesMax;

    /// <summary>Threads; 0, the default: one per core. The result does not depend on it.</summary>
    public int Threads { get; init; }
}
