using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.Latency;

/// <summary>How a latency model is fitted. Frozen at start.</summary>
public sealed record LatencyFitOptions
{
    /// <summary>Most trees per phase, 0 (the law alone) to 1000; default 96: a prediction stays under half a microsecond. The number used is the one that did best on held-out blocks.</summary>
    public int Trees { get; init; } = 96;

    /// <summary>Most leaves of a tree, 2 to 31; default 31, which fits the masks of fast evaluation.</summary>
    public int Leaves { get; init; } = 31;

    /// <summary>Shrinkage, 0 (exclusive) to 1; default 0.15.</summary>
    public double LearningRate { get; init; } = 0.15;

    /// <summary>Fewest samples of a leaf, 1 or more; default 8.</summary>
    public int LeafRowsMin { get; init; } = 8;

    /// <summary>Most samples per phase, 20 to 10,000,000; default 60,000. Of more a random sample is kept.</summary>
    public int RowsMax { get; init; } = 60_000;

    /// <summary>Fewest samples of a phase for trees, 1 or more; default 300. Below it the law is fitted alone; below a tenth of it the prior stands.</summary>
    public int TreeRowsMin { get; init; } = 300;

    /// <summary>Age at which a sample counts half, seconds, over 0; default: age does not matter.</summary>
    public double HalfLifeS { get; init; } = double.PositiveInfinity;

    /// <summary>Blocks of time that are held out in turn, 2 to 20; default 5.</summary>
    public int Blocks { get; init; } = 5;

    /// <summary>Seed of every draw; default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; 0, the default: one per core. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Throws <see cref="BadInputException"/> with every value that is out of range.</summary>
    public void Check()
    {
        var found = new Problems();
        found.InRange("trees", Trees, 0, 1000);
        found.InRange("leaves", Leaves, 2, 31);
        found.InRange("learning_rate", LearningRate, 1e-6, 1);
        found.InRange("leaf_rows_min", LeafRowsMin, 1, int.MaxValue);
        found.InRange("rows_max", RowsMax, 20, 10_000_000);
        found.InRange("tree_rows_min", TreeRowsMin, 1, int.MaxValue);
        found.InRange("half_life_s", HalfLifeS, double.Epsilon, double.PositiveInfinity);
        found.InRange("blocks", Blocks, 2, 20);
        found.InRange("threads", Threads, 0, 256);
        found.ThrowIfAny();
    }
}
