using RapidTuner.Core;

namespace RapidTuner.Learning.Latency;

/// <summary>
/// What the trees of a latency model are told of a step. Amounts are logarithms of one more, so that nothing beside is 0; counts
/// are relative to the device and to sequences, so that a row means the same on another device.
/// </summary>
internal static class LatencyFeatures
{
    /// <summary>Number of features.</summary>
    public const int Count = 10;

    /// <summary>Their names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "share", "beside_share", "overlap_share", "log_tokens", "log_sequences", "log_attended", "log_logit_rows", "beside_log_tokens", "beside_log_sequences",
        "beside_log_attended",
    ];

    /// <summary>+1, −1 or 0 per feature: a latency never rises with the step's own share of units.</summary>
    public static IReadOnlyList<int> Monotone { get; } = [-1, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Writes the features of a step.</summary>
    public static void Fill(Span<double> into, int deviceUnits, in StepWork work, int units, in StepWork beside, int besideUnits)
    {
        var alone = besideUnits == 0 || beside.Sequences == 0;
        FillUnits(into, deviceUnits, units, in beside, besideUnits);
        into[3] = Log(work.NewTokens);
        into[4] = Log(work.Sequences);
        into[5] = Attended(in work);
        into[6] = Log(work.LogitRows);
        into[7] = alone ? 0 : Log(beside.NewTokens);
        into[8] = alone ? 0 : Log(beside.Sequences);
        into[9] = alone ? 0 : Attended(in beside);
    }

    /// <summary>Writes the features that depend on units, for a row whose others are there.</summary>
    public static void FillUnits(Span<double> into, int deviceUnits, int units, in StepWork beside, int besideUnits)
    {
        var alone = besideUnits == 0 || beside.Sequences == 0;
        into[0] = (double)units / deviceUnits;
        into[1] = alone ? 0 : (double)besideUnits / deviceUnits;
        into[2] = alone ? 0 : Math.Max(0, units + besideUnits - deviceUnits) / (double)units;
    }

    private static double Log(double amount) => Math.Log(1 + Math.Max(0, amount));

    private static double Attended(in StepWork work) => Log(work.AttentionPairs / Math.Max(1, work.NewTokens));
}
