using RapidTuner.Control.Policies;
using RapidTuner.Evaluation.Slos;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>What an analysis of a log looks at.</summary>
public sealed record AnalysisOptions
{
    private const double BlockSMin = 60;
    private const int BlocksWanted = 24;

    /// <summary>The run to look at; null: the runs of the device and model with most requests that do not overlap in time.</summary>
    public long? Run { get; init; }

    /// <summary>Policies that are replayed beside the logged one, those that can run and <c>oracle</c>, which is searched with the future known.</summary>
    public IReadOnlyList<string> WhatIfPolicies { get; init; } = ["rapid", "nexus", "bullet", "pdmux", "atom", "overlap", "static:0.5", PolicyNames.Oracle];

    /// <summary>Blocks of the log that are replayed, drawn at random; 0: none; <see cref="int.MaxValue"/>: all.</summary>
    public int WhatIfBlocks { get; init; } = 24;

    /// <summary>Tier whose limits are replayed; null: the one nearest to the log's own limits.</summary>
    public SloTier? Tier { get; init; }

    /// <summary>Longest block, seconds, above 0; a log too short for some two dozen of them has shorter ones.</summary>
    public double BlockS { get; init; } = 600;

    /// <summary>Seed of the drawing.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Most points of a line over time, 2 or more.</summary>
    public int TimelinePoints { get; init; } = 400;

    /// <summary>Length of the blocks of a log of <paramref name="spanS"/>, seconds.</summary>
    internal double BlockSOf(double spanS) => Math.Min(BlockS, Math.Max(BlockSMin, spanS / BlocksWanted));
}
