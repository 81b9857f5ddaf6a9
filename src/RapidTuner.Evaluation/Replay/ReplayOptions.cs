using RapidTuner.Core;
using RapidTuner.Evaluation.Search;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Evaluation.Workloads.Transforms;

namespace RapidTuner.Evaluation.Replay;

/// <summary>What a replay is asked to do (CONTRACT §2).</summary>
public sealed record ReplayOptions
{
    /// <summary>Names of COMPARISON §2, in the order of the rows.</summary>
    public required IReadOnlyList<string> Policies { get; init; }

    /// <summary>The tier of the service-level objective; default paper.</summary>
    public SloTier Tier { get; init; } = SloTier.Paper;

    /// <summary>Arrival times are divided by this, over 0; default 1.</summary>
    public double RateScale { get; init; } = 1;

    /// <summary>True: the highest offered rate at 90 % attainment is searched, and settings are tuned in hindsight.</summary>
    public bool FindMaxGoodput { get; init; }

    /// <summary>First seed; default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Seeds, 1 or more; with more than one each resamples the trace. Default 1.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Order of the prefill queue; null: SPF, and tuned where settings are tuned.</summary>
    public PrefillOrder? Order { get; init; }

    /// <summary>Most new tokens of a prefill step, or <c>int.MaxValue</c> for whole prompts; null: 2048, and tuned where settings are tuned.</summary>
    public int? ChunkTokens { get; init; }

    /// <summary>What becomes of timestamps coarser than 1 s; default spread.</summary>
    public ArrivalMode Arrivals { get; init; } = ArrivalMode.Spread;

    /// <summary>True: the fixed setting of each tuned row stands beside it; default true.</summary>
    public bool FixedRows { get; init; } = true;

    /// <summary>True: max_goodput is searched at an attainment of 0.99, and by mean ITL, too; default true.</summary>
    public bool ExtraGoals { get; init; } = true;

    /// <summary>Plans that the oracle's search keeps after each stretch, 1 to 64; default 2.</summary>
    public int Beam { get; init; } = 2;

    /// <summary>Time from a plan's making to its coming into force, seconds, 0 to 86,400; default 1 ms.</summary>
    public double PlanLatencyS { get; init; } = 0.001;

    /// <summary>Time that the engine takes to apply a split, seconds, 0 to 86,400; default 0: at the next step. See <see cref="Engine.EngineOptions.ApplyS"/>.</summary>
    public double ApplyS { get; init; }

    /// <summary>True: applying a split restarts the engine; default false. See <see cref="Engine.EngineOptions.ApplyRestarts"/>.</summary>
    public bool ApplyRestarts { get; init; }

    /// <summary>Share of plans that <c>learned</c> leaves to chance, 0 to 0.5; default 0: none.</summary>
    public double ExploreShare { get; init; }

    /// <summary>What a search asks, <see cref="Goal.P99At90"/> first.</summary>
    internal Goal[] Goals => ExtraGoals ? [Goal.P99At90, Goal.P99At99, Goal.TpotAt90] : [Goal.P99At90];

    /// <summary>Keeps what the shown runs do; null: nobody does. With it, runs follow one another, so that a seed reproduces the log.</summary>
    public IReplayLog? Log { get; init; }

    /// <summary>Seeds of this replay.</summary>
    internal IEnumerable<ulong> AllSeeds => Enumerable.Range(0, Seeds).Select(i => Seed + (ulong)i);
}
