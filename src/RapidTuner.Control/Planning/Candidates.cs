using RapidTuner.Control.Learned;

namespace RapidTuner.Control.Planning;

/// <summary>The parameter sets that a planner may choose from: those that lie one lever away from the one in force.</summary>
internal static class Candidates
{
    private static readonly double[] Floors = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75];
    private static readonly double[] Steps = [0.6, 0.7, 0.8, 0.9];
    private static readonly double[] Joins = [0.9, 3];
    private static readonly double[] Chunks = [256, 384, 512, 1024, 2048];
    private static readonly double[] FarChunks = [384, 1024, 2048];
    private static readonly (double Floor, double Step, double Join)[] FarSizes = [(0.125, 0.7, 0.9), (0.25, 0.9, 0.9), (0.5, 0.9, 3)];
    private static readonly double[] Demotions = [0.35, 0.5, 0.7, 1];
    private static readonly double[] Admitted = [2000, 4000, 8000, 16000, 32000, double.PositiveInfinity];

    /// <summary>Fills <paramref name="into"/>: the present first, then its neighbours.</summary>
    /// <param name="present">The set in force.</param>
    /// <param name="splitOnly">True: order, chunk and demotion stay.</param>
    /// <param name="into">Filled anew.</param>
    /// <param name="paired">True: a pair is in force, so that what sizes a step is without use.</param>
    public static void Around(RuleParameters present, bool splitOnly, List<RuleParameters> into, bool paired = false)
    {
        into.Clear();
        into.Add(present);
        foreach (var join in Joins)
        {
            Add(into, present with { JoinItls = join });
        }

        if (!paired)
        {
            AddSizes(present, into);
        }

        if (splitOnly)
        {
            return;
        }

        if (present.MayFuse)
        {
            Add(into, present with { Fuses = !present.Fuses, ChunkTokens = present.Fuses ? RuleParameters.AllLevers.ChunkTokens : (int)Chunks[^1] });
        }

        if (present.MayAdmitLess)
        {
            foreach (var tokens in Beside(Admitted, present.AdmitTokens))
            {
                Add(into, present with { AdmitTokens = tokens });
            }
        }

        if (present.DemotionShare > 0)
        {
            foreach (var share in Beside(Demotions, present.DemotionShare))
            {
                Add(into, present with { DemotionShare = share });
            }
        }

        foreach (var chunk in Beside(Chunks, present.ChunkTokens))
        {
            Add(into, present with { ChunkTokens = (int)chunk });
        }
    }

    private static void AddSizes(RuleParameters present, List<RuleParameters> into)
    {
        foreach (var floor in Beside(Floors, present.DecodeFloorShare))
        {
            Add(into, present with { DecodeFloorShare = floor });
        }

        foreach (var step in Beside(Steps, present.StepItls))
        {
            Add(into, present with { StepItls = step });
        }

        Add(into, present with { Overlaps = !present.Overlaps });
    }

    /// <summary>Fills <paramref name="into"/>: the present first, then sets all over the space, so that no choice stays where only its neighbours are worse.</summary>
    /// <param name="present">The set in force.</param>
    /// <param name="splitOnly">True: order, chunk and demotion stay.</param>
    /// <param name="into">Filled anew.</param>
    /// <param name="paired">True: a pair is in force, so that what sizes a step is without use.</param>
    public static void Far(RuleParameters present, bool splitOnly, List<RuleParameters> into, bool paired = false)
    {
        into.Clear();
        into.Add(present);
        double[] chunks = splitOnly ? [present.ChunkTokens] : FarChunks;
        (double, double, double)[] sizes = paired ? [(present.DecodeFloorShare, present.StepItls, present.JoinItls)] : FarSizes;
        foreach (var chunk in chunks)
        {
            foreach (var (floor, step, join) in sizes)
            {
                Add(into, present with { Fuses = false, ChunkTokens = (int)chunk, DecodeFloorShare = floor, StepItls = step, JoinItls = join, DemotionShare = FarDemotion(present) });
            }
        }

        if (!splitOnly && present.MayFuse)
        {
            Add(into, present with { Fuses = true, ChunkTokens = (int)Chunks[^1], DemotionShare = FarDemotion(present) });
        }
    }

    private static double FarDemotion(RuleParameters present) => present.DemotionShare > 0 ? 0.5 : 0;

    /// <summary>The least bound on admitted prompts that is <paramref name="tokens"/> or more; +∞: none.</summary>
    public static double AdmittedFrom(double tokens) => Admitted.First(bound => bound >= tokens);

    /// <summary>The values below and above the one nearest to <paramref name="value"/>; at an end, that one itself.</summary>
    private static double[] Beside(double[] values, double value)
    {
        var at = Nearest(values, value);
        return [values[Math.Max(0, at - 1)], values[Math.Min(values.Length - 1, at + 1)]];
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
            best = values[i].Equals(value) || Math.Abs(values[i] - value) < Math.Abs(values[best] - value) ? i : best;
        }

        return best;
    }
}
