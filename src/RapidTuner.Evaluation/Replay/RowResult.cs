using RapidTuner.Evaluation.Reports;
using RapidTuner.Evaluation.Search;

namespace RapidTuner.Evaluation.Replay;

/// <summary>One row before it is written: its setting, and a run and what was searched for every seed.</summary>
internal sealed record RowResult
{
    /// <summary>Name of the row.</summary>
    public required string Name { get; init; }

    /// <summary>What was run.</summary>
    public required Setting Setting { get; init; }

    /// <summary>What a search chose.</summary>
    public required Chosen Chosen { get; init; }

    /// <summary>The shown run of every seed.</summary>
    public required IReadOnlyList<RunResult> Runs { get; init; }

    /// <summary>For every seed what each <see cref="Goal"/> that was asked came to, in its order; empty unless searched.</summary>
    public IReadOnlyList<GoodputPoint[]> Points { get; init; } = [];
}
