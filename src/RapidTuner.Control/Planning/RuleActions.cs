using System.Globalization;
using RapidTuner.Control.Learned;

namespace RapidTuner.Control.Planning;

/// <summary>Parameter sets as the actions of a learner: their names in logs, and what they set as numbers that trees can compare.</summary>
internal static class RuleActions
{
    // Above two limits first gaps are free, however far.
    private const double JoinMost = 3;

    private static readonly string[] Keys = ["decode_floor_share", "step_itls", "join_itls", "chunk_tokens", "overlaps"];
    private static readonly double[] Joins = [0.9, JoinMost];
    private static readonly double[] Floors = [0, 0.25, 0.5];
    private static readonly int[] Chunks = [384, 1024, 2048];

    /// <summary>The sets that values are learned of: the corners and the middle of what a planner may choose, with every lever.</summary>
    public static IReadOnlyList<RuleParameters> Learned { get; } = [.. MakeLearned()];

    /// <summary>Name of a set, unique.</summary>
    public static string NameOf(RuleParameters by) =>
        string.Create(CultureInfo.InvariantCulture, $"floor {by.DecodeFloorShare} step {by.StepItls} first {by.JoinItls} chunk {by.ChunkTokens}{(by.Overlaps ? " overlapped" : "")}{(by.Fuses ? " fused" : "")}{(double.IsFinite(by.AdmitTokens) ? $" admit {by.AdmitTokens}" : "")}{(by.Pair is { } pair ? $" pair {pair}" : "")}");

    /// <summary>What a set does, as numbers.</summary>
    public static double[] ValuesOf(RuleParameters by) =>
        [by.DecodeFloorShare, by.StepItls, Math.Min(by.JoinItls, JoinMost), Math.Log2(Math.Max(1, by.ChunkTokens)), by.Overlaps ? 1 : 0];

    /// <summary>The same from a logged candidate's parameters; null where it is no set of these.</summary>
    public static double[]? ValuesOf(IReadOnlyDictionary<string, double> logged)
    {
        double[] values = new double[Keys.Length];
        for (var i = 0; i < Keys.Length; i++)
        {
            if (!logged.TryGetValue(Keys[i], out values[i]) || !double.IsFinite(values[i]))
            {
                return null;
            }
        }

        (values[2], values[3]) = (Math.Min(values[2], JoinMost), Math.Log2(Math.Max(1, values[3])));
        return values;
    }

    /// <summary>The set that numbers stand for, with every other parameter as in <paramref name="start"/>.</summary>
    public static RuleParameters Of(IReadOnlyList<double> values, RuleParameters start) => start with
    {
        DecodeFloorShare = values[0],
        StepItls = values[1],
        JoinItls = values[2],
        ChunkTokens = (int)Math.Round(Math.Pow(2, values[3])),
        Overlaps = values[4] > 0.5,
    };

    private static IEnumerable<RuleParameters> MakeLearned()
    {
        foreach (var join in Joins)
        {
            foreach (var floor in Floors)
            {
                foreach (var chunk in Chunks)
                {
                    yield return RuleParameters.AllLevers with { JoinItls = join, DecodeFloorShare = floor, ChunkTokens = chunk };
                }
            }

            yield return RuleParameters.AllLevers with { JoinItls = join, Overlaps = true };
            yield return RuleParameters.AllLevers with { JoinItls = join, StepItls = 0.9 };
            yield return RuleParameters.AllLevers with { JoinItls = join, StepItls = 0.9, ChunkTokens = 2048, DecodeFloorShare = 0.5 };
        }
    }
}
