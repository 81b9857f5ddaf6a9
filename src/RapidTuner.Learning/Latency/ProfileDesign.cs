using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;

namespace RapidTuner.Learning.Latency;

/// <summary>
/// A random designed profile: steps over every share, batch, prompt length and context, alone, beside the other phase on other
/// units and on shared ones. Whoever runs it (a device, or a simulator in its place) logs what each step took; nothing else is
/// known of it. Deterministic from its seed.
/// </summary>
public sealed class ProfileDesign
{
    /// <summary>Share of the steps that run alone. Chosen: the base of every prediction.</summary>
    private const double AloneShare = 0.35;

    /// <summary>Share of the others that overlap. Chosen: a split decides mostly among disjoint ones.</summary>
    private const double OverlappedShare = 0.35;

    /// <summary>Share of unit counts that come from the palette.</summary>
    private const double PaletteShare = 0.7;

    private static readonly int[] Chunks = [256, 512, 1024, 2048, 4096, 8192];

    private readonly ProfileRanges _ranges;
    private readonly Rng _rng;

    /// <summary>A profile of <paramref name="ranges"/> by <paramref name="seed"/>.</summary>
    public ProfileDesign(ProfileRanges ranges, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        (_ranges, _rng) = (ranges, new Rng(seed, "profile-design"));
    }

    /// <summary>Runs <paramref name="steps"/> steps, the phases in turn, and gives what was logged.</summary>
    /// <param name="source">What runs a step and measures it.</param>
    /// <param name="steps">How many.</param>
    /// <param name="noise">Chance on a simulator's steps.</param>
    /// <param name="seed">Seed of chance.</param>
    public IEnumerable<StepSample> Run(IStepLatency source, int steps, ProfileNoise noise, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        var chance = new Rng(seed, "profile-noise");
        var nowS = 0.0;
        for (var i = 0; i < steps; i++)
        {
            var sample = Next(i % 2 == 0 ? Phase.Prefill : Phase.Decode);
            var beside = sample.Beside;
            var seconds = sample.BesideUnits == 0
                ? source.AloneS(sample.Phase, sample.Work, sample.Units)
                : source.BesideS(sample.Phase, sample.Work, sample.Units, in beside, sample.BesideUnits);
            seconds *= Math.Exp(noise.Sigma * chance.NextGaussian()) * (chance.NextDouble() < noise.StragglerShare ? noise.StragglerFactor : 1);
            yield return sample with { Seq = i, StartS = nowS, EndS = nowS + seconds };
            nowS += seconds;
        }
    }

    private StepSample Next(Phase phase)
    {
        var alone = _rng.NextDouble() < AloneShare;
        var overlapped = _rng.NextDouble() < OverlappedShare;
        var units = Units(1, _ranges.DeviceUnits);
        var free = _ranges.DeviceUnits - units;
        var besideUnits = alone ? 0 : overlapped ? Units(free + 1, _ranges.DeviceUnits) : Units(1, free);
        var work = phase == Phase.Prefill ? Prefill() : Decode();
        var beside = besideUnits == 0 ? default : phase == Phase.Prefill ? Decode() : Prefill();
        return new StepSample
        {
            Phase = phase,
            Units = units,
            DeviceUnits = _ranges.DeviceUnits,
            Split = phase == Phase.Prefill ? new Split(units, besideUnits) : new Split(besideUnits, units),
            Work = work,
            Beside = beside,
            BesideUnits = besideUnits,
            BesideShare = besideUnits == 0 ? 0 : 1,
            Reason = Reason.None,
        };
    }

    /// <summary>An allowed count within bounds; 0 when there is none (nothing is left beside).</summary>
    private int Units(int least, int most)
    {
        var from = _rng.NextDouble() < PaletteShare ? _ranges.Palette : _ranges.Allowed;
        var pick = _rng.NextDouble();
        var fitting = from.Count(u => u >= least && u <= most);
        return fitting == 0 ? 0 : from.Where(u => u >= least && u <= most).ElementAt((int)(pick * fitting));
    }

    private StepWork Decode()
    {
        var context = Whole(16, Math.Max(16, Math.Min(_ranges.ContextTokens, _ranges.KvTokens)));
        var most = Math.Clamp(_ranges.KvTokens / context, 1, _ranges.SequencesMax);
        var sequences = (int)Whole(1, most);
        return StepWork.Decode(sequences, sequences * context);
    }

    private StepWork Prefill()
    {
        // Chunks of the usual sizes as often as lengths in between; mostly one prompt, sometimes several short ones.
        var tokensMax = (int)Math.Min(_ranges.PrefillTokensMax, Math.Min(_ranges.ContextTokens, _ranges.KvTokens));
        var tokens = (int)Math.Min(tokensMax, _rng.NextDouble() < 0.4 ? Chunks[_rng.NextInt(Chunks.Length)] : Whole(16, tokensMax));
        var sequences = _rng.NextDouble() < 0.6 ? 1 : (int)Math.Min(Whole(1, 32), Math.Max(1, tokens / 16));
        var cachedMax = Math.Max(1, Math.Min(_ranges.ContextTokens, _ranges.KvTokens) - tokens);
        var work = default(StepWork);
        for (var i = 0; i < sequences; i++)
        {
            var cached = _rng.NextDouble() < 0.5 ? 0 : Whole(1, Math.Max(1, cachedMax / sequences));
            var part = (tokens / sequences) + (i < tokens % sequences ? 1 : 0);
            work = work.With(part, cached, _rng.NextDouble() < 0.5);
        }

        return work;
    }

    /// <summary>A whole number between two, uniform in its logarithm.</summary>
    private long Whole(long least, long most) => Math.Clamp((long)Math.Round(least * Math.Pow((double)most / least, _rng.NextDouble())), least, most);
}
