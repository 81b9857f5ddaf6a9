using RapidTuner.Core.Errors;

namespace RapidTuner.Control.Trust;

/// <summary>How much a challenger must prove; frozen at start.</summary>
public sealed record TrustOptions
{
    /// <summary>Least what-if ratio, 0 to 2; default 0.98: the twin errs by a few hundredths, the switchback decides.</summary>
    public double WhatIfRatioMin { get; init; } = 0.98;

    /// <summary>Time in shadow, seconds, 0 to 1e6; default 300.</summary>
    public double ShadowS { get; init; } = 300;

    /// <summary>Share of shadow decisions that may be none or predicted to break the SLO, 0 to 1; default 0.01.</summary>
    public double ShadowUnsafeShareMax { get; init; } = 0.01;

    /// <summary>Length of a block, seconds, 1 to 86,400; default 60 (DESIGN §6).</summary>
    public double BlockS { get; init; } = 60;

    /// <summary>First part of a block that is not counted, seconds, 0 to <see cref="BlockS"/>; default 10 (DESIGN §6): the other arm's backlog.</summary>
    public double DiscardS { get; init; } = 10;

    /// <summary>Fewest settled requests that make a block, 1 or more; default 5. A pair with a thinner block is run again.</summary>
    public int BlockRequestsMin { get; init; } = 5;

    /// <summary>Pairs after which the test is looked at, rising; default 20, 40, 80. Each look has its part of the error.</summary>
    public IReadOnlyList<int> Looks { get; init; } = [20, 40, 80];

    /// <summary>Probability of promoting a challenger that is no better, over all looks, 0.001 to 0.5; default 0.05.</summary>
    public double Error { get; init; } = 0.05;

    /// <summary>Share of blocks held back for the predecessor while watched, 0.01 to 0.5; default 0.15.</summary>
    public double HoldbackShare { get; init; } = 0.15;

    /// <summary>Blocks of the watch, 2 or more; default 120.</summary>
    public int WatchBlocks { get; init; } = 120;

    /// <summary>Fall of attainment below the champion's of the switchback that ends a watch at once when two blocks in a row show it, 0 to 1; default 0.2.</summary>
    public double FallShareMax { get; init; } = 0.2;

    /// <summary>Adds every value out of range to <paramref name="found"/>.</summary>
    public void Check(Problems found)
    {
        ArgumentNullException.ThrowIfNull(found);
        found.InRange("trust.what_if_ratio_min", WhatIfRatioMin, 0, 2);
        found.InRange("trust.shadow_s", ShadowS, 0, 1e6);
        found.InRange("trust.shadow_unsafe_share_max", ShadowUnsafeShareMax, 0, 1);
        found.InRange("trust.block_s", BlockS, 1, 86_400);
        found.InRange("trust.discard_s", DiscardS, 0, BlockS);
        found.InRange("trust.block_requests_min", BlockRequestsMin, 1, 1_000_000);
        found.InRange("trust.error", Error, 0.001, 0.5);
        found.InRange("trust.holdback_share", HoldbackShare, 0.01, 0.5);
        found.InRange("trust.watch_blocks", WatchBlocks, 2, 1_000_000);
        found.InRange("trust.fall_share_max", FallShareMax, 0, 1);
        if (Looks.Count == 0 || Looks[0] < 5 || Looks.Zip(Looks.Skip(1)).Any(p => p.First >= p.Second))
        {
            found.Add("trust.looks", $"is {string.Join(", ", Looks)}", "give rising numbers of pairs, from 5");
        }
    }
}
