using System.Runtime.InteropServices;
using RapidTuner.Core;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Engine.Profiling;

/// <summary>The steps that a profile looks at.</summary>
/// <param name="PrefillTokens">Tokens of a prefill step of one sequence.</param>
/// <param name="DecodeBatches">Sequences of a decode step.</param>
/// <param name="DecodeContexts">Tokens that each of them has in the cache.</param>
public sealed record ProfileGrid(IReadOnlyList<int> PrefillTokens, IReadOnlyList<int> DecodeBatches, IReadOnlyList<int> DecodeContexts)
{
    /// <summary>For a GPU and a model of billions of weights.</summary>
    public static ProfileGrid Large { get; } = new([128, 256, 512, 1024, 2048, 4096], [1, 8, 32, 64, 128, 256], [512, 2048, 8192]);

    /// <summary>
    /// Every point: each step alone on every allowed count of units, and beside a step of the other phase that has the rest of the device or, overlapped,
    /// all of it. Points come in passes, coarse before fine, in an order drawn from <paramref name="seed"/> within a pass, so that a short budget covers the
    /// whole range and drift of the device does not look like an effect of the share.
    /// </summary>
    /// <param name="allowedUnits">Rising; the whole device last.</param>
    /// <param name="seed">Seed of the order.</param>
    public IReadOnlyList<ProfilePoint> Points(IReadOnlyList<int> allowedUnits, ulong seed)
    {
        var all = allowedUnits[^1];
        var passes = new List<ProfilePoint>[4];
        for (var i = 0; i < passes.Length; i++)
        {
            passes[i] = [];
        }

        for (var u = 0; u < allowedUnits.Count; u++)
        {
            var units = allowedUnits[u];
            var coarseUnits = u == allowedUnits.Count - 1 || u % 4 == 0;
            var beside = allowedUnits.LastOrDefault(a => a <= all - units);
            foreach (var (prefill, p) in PrefillTokens.Select((t, i) => (new ProfileStep(Phase.Prefill, 1, t, units), i)))
            {
                Place(passes, prefill, p, coarseUnits);
                if (Middle(PrefillTokens, p))
                {
                    Together(passes, prefill, new ProfileStep(Phase.Decode, DecodeBatches[DecodeBatches.Count / 2], DecodeContexts[DecodeContexts.Count / 2], 0), beside, all, coarseUnits);
                }
            }

            for (var b = 0; b < DecodeBatches.Count; b++)
            {
                for (var c = 0; c < DecodeContexts.Count; c++)
                {
                    var decode = new ProfileStep(Phase.Decode, DecodeBatches[b], DecodeContexts[c], units);
                    Place(passes, decode, b + c, coarseUnits);
                    if (Middle(DecodeContexts, c))
                    {
                        Together(passes, decode, new ProfileStep(Phase.Prefill, 1, PrefillTokens[^2], 0), beside, all, coarseUnits);
                    }
                }
            }
        }

        var rng = new Rng(seed, "profile order");
        foreach (var pass in passes)
        {
            rng.Shuffle(CollectionsMarshal.AsSpan(pass));
        }

        return [.. passes.SelectMany(pass => pass)];
    }

    private static bool Middle(IReadOnlyList<int> values, int at) => at >= values.Count / 2;

    private static void Place(List<ProfilePoint>[] passes, ProfileStep step, int at, bool coarseUnits) =>
        passes[(coarseUnits ? 0 : 1) + (at % 2 == 0 ? 0 : 2)].Add(new ProfilePoint(step));

    private static void Together(List<ProfilePoint>[] passes, ProfileStep step, ProfileStep other, int besideUnits, int all, bool coarseUnits)
    {
        if (besideUnits > 0)
        {
            passes[coarseUnits ? 0 : 1].Add(new ProfilePoint(step, other with { Units = besideUnits }));
        }

        if (step.Units == all)
        {
            passes[0].Add(new ProfilePoint(step, other with { Units = all }));
        }
    }
}
