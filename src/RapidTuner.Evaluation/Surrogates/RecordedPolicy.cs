using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Evaluation.Surrogates;

/// <summary>Lets a policy decide and keeps an even sample of what it met (reservoir sampling, Vitter 1985, algorithm R).</summary>
internal sealed class RecordedPolicy(IPolicy policy, int kept, ulong seed) : IPolicy
{
    private readonly List<Situation> _met = [];
    private readonly Rng _rng = new(seed, "situations");
    private long _decisions;

    /// <summary>What it met.</summary>
    public IReadOnlyList<Situation> Met => _met;

    /// <inheritdoc/>
    public string Name => policy.Name;

    /// <inheritdoc/>
    public Palette Palette => policy.Palette;

    /// <inheritdoc/>
    public Decision Decide(in Observation seen)
    {
        var decision = policy.Decide(in seen);
        _decisions++;

        // Where one phase has nothing to do there is nothing to split.
        if ((seen.PrefillQueued > 0 || seen.PrefillRunning) && seen.DecodeNext.Sequences > 0)
        {
            var situation = new Situation(seen, decision with { Split = policy.Palette.Nearest(decision.Split) });
            if (_met.Count < kept)
            {
                _met.Add(situation);
            }
            else if (_rng.NextInt((int)Math.Min(int.MaxValue, _decisions)) is var at && at < kept)
            {
                _met[at] = situation;
            }
        }

        return decision;
    }
}
