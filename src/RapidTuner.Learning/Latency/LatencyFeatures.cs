using RapidTuner.Core;

namespace RapidTuner.Learning.Latency;

/// <summary>
/// What the trees of a latency model are told of a step. Amounts are logarithms of one more, so that nothing beside is 0; counts
/// are relative to the device and to sequences, so that a row means the same on another device. Matrix products are computed in whole tiles, and tiles in whole
/// waves over the units: both make steps of the latency, of up to a third, that trees place exactly only where a feature counts them.
/// </summary>
internal static class LatencyFeatures
{
    /// <summary>Number of features.</summary>
    public const int Count = 12;

    /// <summary>The first of them, which tell by their range where samples lay; the rest follow from them.</summary>
    public const int Ranged = 10;

    /// <summary>Rows of a tile of matrix products, the common divisor of those that matter: work grows in steps of it.</summary>
    private const int TileRows = 64;

    /// <summary>Their names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "share", "beside_share", "overlap_share", "log_tokens", "log_sequences", "log_attended", "log_logit_rows", "beside_log_tokens", "beside_log_sequences",
        "beside_log_attended", "tiles", "wave_ratio",
    ];

    /// <summary>+1, −1 or 0 per feature: a latency never rises with the step's own share of units at the same idleness of waves.</summary>
    public static IReadOnlyList<int> Monotone { get; } = [-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Writes the features of a step.</summary>
    public static void Fill(Span<double> into, in StepGrid grid, in StepWork work, int units, in StepWork beside, int besideUnits)
    {
        var alone = besideUnits == 0 || beside.Sequences == 0;
        FillUnits(into, in grid, in work, units, in beside, besideUnits);
        into[3] = Log(work.NewTokens);
        into[4] = Log(work.Sequences);
        into[5] = Attended(in work);
        into[6] = Log(work.LogitRows);
        into[7] = alone ? 0 : Log(beside.NewTokens);
        into[8] = alone ? 0 : Log(beside.Sequences);
        into[9] = alone ? 0 : Attended(in beside);
        into[10] = Math.Ceiling(work.NewTokens / (double)TileRows);
    }

    /// <summary>Writes the features that depend on units, for a row whose others are there.</summary>
    public static void FillUnits(Span<double> into, in StepGrid grid, in StepWork work, int units, in StepWork beside, int besideUnits)
    {
        var alone = besideUnits == 0 || beside.Sequences == 0;
        into[0] = (double)units / grid.Units;
        into[1] = alone ? 0 : (double)besideUnits / grid.Units;
        into[2] = alone ? 0 : Math.Max(0, units + besideUnits - grid.Units) / (double)units;
        into[11] = grid.IdleRatio(work.NewTokens, units);
    }

    private static double Log(double amount) => Math.Log(1 + Math.Max(0, amount));

    private static double Attended(in StepWork work) => Log(work.AttentionPairs / Math.Max(1, work.NewTokens));
}
