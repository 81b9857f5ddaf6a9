using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Exploration;

/// <summary>
/// Draws at every plan which of several rules decides until the next, with fixed and logged chances. It makes logs from which rules can be
/// compared, and is the policy that such a comparison asks about when one chance is 1.
/// </summary>
public sealed class PlanMixture : IPolicy
{
    private readonly IPolicy[] _rules;
    private readonly PlanCandidate[] _candidates;
    private readonly double[] _chances;
    private readonly double _planS;
    private readonly LoadMeter _meter;
    private readonly IEngineObserver _observer;
    private readonly Rng _rng;
    private int _current = -1;
    private double _nextS = double.NegativeInfinity;

    /// <summary>A mixture.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rules">The rules, at least one, over one palette.</param>
    /// <param name="actions">Their names, all different, and what they set; their chances are those of <paramref name="chances"/>.</param>
    /// <param name="chances">Chance of each; they sum to 1.</param>
    /// <param name="planS">Engine seconds from plan to plan, over 0.</param>
    /// <param name="meter">Measures the load of each plan's state; hears what the engine reports.</param>
    /// <param name="observer">Hears of every plan.</param>
    /// <param name="seed">Seed of the draws.</param>
    public PlanMixture(string name, IReadOnlyList<IPolicy> rules, IReadOnlyList<PlanCandidate> actions, IReadOnlyList<double> chances, double planS, LoadMeter meter, IEngineObserver observer, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentNullException.ThrowIfNull(chances);
        if (rules.Count == 0 || rules.Count != actions.Count || rules.Count != chances.Count || Math.Abs(chances.Sum() - 1) > 1e-9 || chances.Any(c => !(c >= 0)))
        {
            throw new ArgumentException("give as many actions and chances as rules, and chances that sum to 1", nameof(chances));
        }

        (Name, _rules, _chances, _planS, _meter, _observer) = (name, [.. rules], [.. chances], planS, meter, observer);
        _candidates = [.. actions.Select((a, i) => a with { Probability = chances[i] })];
        _rng = new Rng(seed, "plan mixture");
        Palette = rules[0].Palette;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public Palette Palette { get; }

    /// <inheritdoc/>
    public Decision Decide(in Observation seen)
    {
        if (seen.NowS < _nextS)
        {
            return _rules[_current].Decide(in seen);
        }

        var before = _current;
        _current = Draw();
        _nextS = seen.NowS + _planS;
        _meter.AdvanceTo(seen.NowS);
        var decision = _rules[_current].Decide(in seen);
        _observer.OnPlan(new PlanSample
        {
            Seen = seen,
            Chosen = decision,
            Candidates = _candidates,
            ChosenIndex = _current,
            CurrentIndex = before,
            Propensity = _chances[_current],
            State = PlanState.Of(in seen, _meter.RequestsPerS, _meter.PromptTokensPerS, _meter.OutputTokensPerS),
        });
        return decision;
    }

    private int Draw()
    {
        var at = _rng.NextDouble();
        for (var i = 0; i < _chances.Length; i++)
        {
            at -= _chances[i];
            if (at < 0 && _chances[i] > 0)
            {
                return i;
            }
        }

        return Array.FindLastIndex(_chances, c => c > 0);
    }
}
