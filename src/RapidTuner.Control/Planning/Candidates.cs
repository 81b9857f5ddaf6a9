using RapidTuner.Control.Learned;

namespace RapidTuner.Control.Planning;

/// <summary>The parameter sets that a planner may choose from: those that lie one lever away from the one in force.</summary>
internal static class Candidates
{
    private static readonly double[] Floors = [0, 0.25, 0.375, 0.5, 0.625];
    private static readonly double[] Margins = [0.8, 0.9, 0.95];
    private static readonly double[] Joins = [0.9, 3];
    private static readonly (int Tokens, int Min, double TimeItls)[] Chunks =
        [(512, 128, 1.5), (8192, 64, 3), (512, 512, 0), (2048, 64, 1.5), (2048, 2048, 0), (8192, 128, 6)];

    /// <summary>Fills <paramref name="into"/>: the present first, then its neighbours.</summary>
    /// <param name="present">The set in force.</param>
    /// <param name="splitOnly">True: order, chunk and demotion stay.</param>
    /// <param name="into">Filled anew.</param>
    public static void Around(RuleParameters present, bool splitOnly, List<RuleParameters> into)
    {
        into.Clear();
        into.Add(present);
        foreach (var join in Joins)
        {
            Add(into, present with { JoinItls = join });
        }

        var floor = Nearest(Floors, present.DecodeFloorShare);
        Add(into, present with { DecodeFloorShare = Floors[Math.Max(0, floor - 1)] });
        Add(into, present with { DecodeFloorShare = Floors[Math.Min(Floors.Length - 1, floor + 1)] });
        var margin = Nearest(Margins, present.Margin);
        Add(into, present with { Margin = Margins[Math.Max(0, margin - 1)] });
        Add(into, present with { Margin = Margins[Math.Min(Margins.Length - 1, margin + 1)] });
        if (splitOnly)
        {
            return;
        }

        foreach (var (tokens, min, timeItls) in Chunks)
        {
            Add(into, present with { ChunkTokens = tokens, ChunkTokensMin = min, ChunkTimeItls = timeItls });
        }
    }

    private static void Add(List<RuleParameters> into, RuleParameters candidate)
    {
        if (!into.Contains(candidate))
        {
            into.Add(candidate);
        }
    }

    private static int Nearest(double[] values, double value)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = Math.Abs(values[i] - value) < Math.Abs(values[best] - value) ? i : best;
        }

        return best;
    }
}
