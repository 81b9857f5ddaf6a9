using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.Q;

/// <summary>How a value function is fitted; frozen at start.</summary>
public sealed record FittedQOptions
{
    /// <summary>Discount rate β of e^(−βτ), per second, 0.001 to 1,000; default 0.05: damage shows 10–20 s later (HEADROOM 4).</summary>
    public double BetaPerS { get; init; } = 0.05;

    /// <summary>Times that values are carried back one plan, 0 to 1,000; default 40. 0 is the contextual bandit: what follows the next plan counts for nothing.</summary>
    public int Iterations { get; init; } = 40;

    /// <summary>Trees of each fit, 1 to 10,000; default 40.</summary>
    public int Trees { get; init; } = 40;

    /// <summary>Leaves of a tree, 2 to 4,096; default 31.</summary>
    public int Leaves { get; init; } = 31;

    /// <summary>Shrinkage, 0 (exclusive) to 1; default 0.15.</summary>
    public double LearningRate { get; init; } = 0.15;

    /// <summary>Fewest rows of a leaf, 1 or more; default 20.</summary>
    public int LeafRowsMin { get; init; } = 20;

    /// <summary>
    /// Shaping: the potential of a state is minus this times its waiting requests, 0 or more; default 0. It moves no optimum (Ng, Harada,
    /// Russell 1999) and brings a backlog's cost forward.
    /// </summary>
    public double BacklogPotential { get; init; }

    /// <summary>Seed of the fits; default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads, 1 to 256; 0, the default: one per core. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Adds every value out of range to <paramref name="found"/>.</summary>
    public void Check(Problems found)
    {
        ArgumentNullException.ThrowIfNull(found);
        found.InRange("fitted_q.beta_per_s", BetaPerS, 0.001, 1_000);
        found.InRange("fitted_q.iterations", Iterations, 0, 1_000);
        found.InRange("fitted_q.trees", Trees, 1, 10_000);
        found.InRange("fitted_q.leaves", Leaves, 2, 4_096);
        found.InRange("fitted_q.learning_rate", LearningRate, 1e-6, 1);
        found.InRange("fitted_q.leaf_rows_min", LeafRowsMin, 1, int.MaxValue);
        found.InRange("fitted_q.backlog_potential", BacklogPotential, 0, 1e6);
        found.InRange("fitted_q.threads", Threads, 0, 256);
    }
}
