using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Control.Profiles;

/// <summary>
/// An offline profile as the rivals' papers take it: each phase alone, at every unit count of a palette, over a grid of
/// batch × context or tokens × context, measured once with noise. Decode is read between samples, in a line; prefill's samples
/// are there for fits. It is filled at construction; reading it allocates nothing.
/// </summary>
public sealed class SoloProfile
{
    private readonly double[] _decodeS;
    private readonly double[] _prefillS;
    private readonly int _decodeCounts;
    private readonly int _prefillCounts;

    /// <summary>Profiles <paramref name="source"/>.</summary>
    /// <param name="source">What is measured.</param>
    /// <param name="palette">Unit counts to measure at.</param>
    /// <param name="seed">Seed of the noise; stream "profile".</param>
    /// <param name="noise">Relative standard deviation of a sample (lognormal), 0 to 1; default 0.02.</param>
    public SoloProfile(IStepLatency source, Palette palette, ulong seed, double noise = 0.02)
        : this(source, palette, seed, noise, ProfileGrid.Coarse)
    {
    }

    /// <summary>The same, sampled where <paramref name="grid"/> says.</summary>
    internal SoloProfile(IStepLatency source, Palette palette, ulong seed, double noise, ProfileGrid grid)
    {
        Grid = grid;
        Palette = palette;
        _decodeCounts = palette.DecodeUnits.Length;
        _prefillCounts = palette.PrefillUnits.Length;
        var measured = new ProfileNoise(new Rng(seed, "profile"), noise);
        _decodeS = SampleDecode(source, palette.DecodeUnits, measured);
        _prefillS = SamplePrefill(source, palette.PrefillUnits, measured);
    }

    /// <summary>The unit counts measured.</summary>
    public Palette Palette { get; }

    /// <summary>Where it was sampled.</summary>
    internal ProfileGrid Grid { get; }

    /// <summary>The sample of decode at a grid point, seconds.</summary>
    internal double DecodeSampleS(int batchIndex, int contextIndex, int countIndex) =>
        _decodeS[(((batchIndex * Grid.DecodeContext.Count) + contextIndex) * _decodeCounts) + countIndex];

    /// <summary>The sample of prefill at a grid point, seconds.</summary>
    internal double PrefillSampleS(int tokensIndex, int contextIndex, int countIndex) =>
        _prefillS[(((tokensIndex * Grid.PrefillContext.Count) + contextIndex) * _prefillCounts) + countIndex];

    /// <summary>
    /// Seconds of a decode step of <paramref name="sequences"/> reading <paramref name="contextTokens"/> in all, alone, for every unit count
    /// of the palette: <paramref name="latencyS"/> has one place for each.
    /// </summary>
    public void DecodeS(int sequences, double contextTokens, Span<double> latencyS)
    {
        var batch = Math.Max(1, sequences);
        var (b, fb) = Grid.DecodeBatch.Locate(batch);
        var (c, fc) = Grid.DecodeContext.Locate(Math.Max(0, contextTokens) / batch);
        var near = ((b * Grid.DecodeContext.Count) + c) * _decodeCounts;
        var far = near + (Grid.DecodeContext.Count * _decodeCounts);
        for (var u = 0; u < _decodeCounts && u < latencyS.Length; u++)
        {
            latencyS[u] = Between(near + u, far + u, _decodeCounts, fb, fc, _decodeS);
        }
    }

    /// <summary>The same for one unit count of the palette, by its index.</summary>
    public double DecodeS(int sequences, double contextTokens, int countIndex)
    {
        var batch = Math.Max(1, sequences);
        var (b, fb) = Grid.DecodeBatch.Locate(batch);
        var (c, fc) = Grid.DecodeContext.Locate(Math.Max(0, contextTokens) / batch);
        var near = (((b * Grid.DecodeContext.Count) + c) * _decodeCounts) + countIndex;
        return Between(near, near + (Grid.DecodeContext.Count * _decodeCounts), _decodeCounts, fb, fc, _decodeS);
    }

    /// <summary>
    /// Seconds of a prefill step alone, on one unit count of the palette by its index. A step of several prompts is read as one of as many new
    /// tokens and the same query-key pairs.
    /// </summary>
    public double PrefillS(in StepWork work, int countIndex)
    {
        var tokens = Math.Max(1, work.NewTokens);
        var (t, ft) = Grid.PrefillTokens.Locate(tokens);
        var (c, fc) = Grid.PrefillContext.Locate(work.CachedTokensMean);
        var near = (((t * Grid.PrefillContext.Count) + c) * _prefillCounts) + countIndex;
        return Between(near, near + (Grid.PrefillContext.Count * _prefillCounts), _prefillCounts, ft, fc, _prefillS);
    }

    private static double Between(int near, int far, int contextStride, double outer, double inner, double[] table)
    {
        var low = table[near] + (inner * (table[near + contextStride] - table[near]));
        var high = table[far] + (inner * (table[far + contextStride] - table[far]));
        return Math.Max(0, low + (outer * (high - low)));
    }

    private double[] SampleDecode(IStepLatency source, int[] counts, ProfileNoise measured)
    {
        var table = new double[Grid.DecodeBatch.Count * Grid.DecodeContext.Count * counts.Length];
        var at = 0;
        for (var b = 0; b < Grid.DecodeBatch.Count; b++)
        {
            for (var c = 0; c < Grid.DecodeContext.Count; c++)
            {
                var work = DecodeWork(b, c);
                foreach (var units in counts)
                {
                    table[at++] = measured.Of(source.AloneS(Phase.Decode, in work, units));
                }
            }
        }

        return table;
    }

    private double[] SamplePrefill(IStepLatency source, int[] counts, ProfileNoise measured)
    {
        var table = new double[Grid.PrefillTokens.Count * Grid.PrefillContext.Count * counts.Length];
        var at = 0;
        for (var t = 0; t < Grid.PrefillTokens.Count; t++)
        {
            for (var c = 0; c < Grid.PrefillContext.Count; c++)
            {
                var work = PrefillWork(t, c);
                foreach (var units in counts)
                {
                    table[at++] = measured.Of(source.AloneS(Phase.Prefill, in work, units));
                }
            }
        }

        return table;
    }

    /// <summary>The decode step of a grid point.</summary>
    internal StepWork DecodeWork(int batchIndex, int contextIndex)
    {
        var batch = (int)Grid.DecodeBatch[batchIndex];
        return StepWork.Decode(batch, batch * (long)Grid.DecodeContext[contextIndex]);
    }

    /// <summary>The prefill step of a grid point.</summary>
    internal StepWork PrefillWork(int tokensIndex, int contextIndex) =>
        StepWork.Prefill(1, (int)Grid.PrefillTokens[tokensIndex], (long)Grid.PrefillContext[contextIndex]);
}
