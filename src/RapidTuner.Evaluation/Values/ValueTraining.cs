using RapidTuner.Control.Planning;
using RapidTuner.Learning.Q;

namespace RapidTuner.Evaluation.Values;

/// <summary>Learns value functions of plans from episodes, and scores them on every fifth episode, which is held out.</summary>
public sealed class ValueTraining
{
    private const int HeldOutEvery = 5;

    private readonly PlanLog _train;
    private readonly PlanLog _heldOut;

    /// <summary>Makes rows of episodes; those of which too little is logged are left out.</summary>
    /// <param name="episodes">The episodes.</param>
    public ValueTraining(IEnumerable<ValueEpisode> episodes)
    {
        ArgumentNullException.ThrowIfNull(episodes);
        var (train, heldOut) = (new Rows(), new Rows());
        var number = 0;
        foreach (var episode in episodes)
        {
            (++number % HeldOutEvery == 0 ? heldOut : train).Add(episode);
        }

        (_train, _heldOut) = (train.ToLog(), heldOut.ToLog());
    }

    /// <summary>Plans to learn from.</summary>
    public int RowCount => _train.Rows;

    /// <summary>Fits a value function.</summary>
    /// <param name="options">How; <see cref="FittedQOptions.Iterations"/> 0: of the next plan alone.</param>
    /// <param name="cancel">Ends it between two trees.</param>
    /// <exception cref="Core.Errors.BadInputException">Options out of range, or no plan is followed by another.</exception>
    public QModel Fit(FittedQOptions options, CancellationToken cancel = default) => FittedQ.Fit(_train, options, cancel: cancel);

    /// <summary>How a value function does on the held-out episodes.</summary>
    public ValueScore Score(QModel model) => ValueScore.Of(model, _heldOut);

    private sealed class Rows
    {
        private readonly List<double>[] _state = [.. Enumerable.Range(0, PlanFeatures.Count).Select(_ => new List<double>())];
        private readonly List<double[]> _values = [.. RuleActions.Learned.Select(RuleActions.ValuesOf)];
        private readonly List<int> _action = [];
        private readonly List<double> _reward = [];
        private readonly List<double> _afterS = [];
        private readonly List<double> _durationS = [];
        private readonly List<int> _episode = [];
        private int _episodes;

        public void Add(ValueEpisode episode)
        {
            var features = new double[PlanFeatures.Count];
            foreach (var step in episode.Steps)
            {
                if (RuleActions.ValuesOf(step.Parameters) is not { } values || !(step.ItlLimitS > 0))
                {
                    // A successor that is not the next plan would be learned from otherwise.
                    _episodes++;
                    continue;
                }

                PlanFeatures.Fill(features, step.State, episode.Latency, episode.Units, step.ItlLimitS);
                for (var f = 0; f < features.Length; f++)
                {
                    _state[f].Add(features[f]);
                }

                _action.Add(IndexOf(values));
                _reward.Add(step.Reward / episode.RequestsPerS);
                _afterS.Add(step.RewardAfterS);
                _durationS.Add(step.DurationS);
                _episode.Add(_episodes);
            }

            _episodes++;
        }

        public PlanLog ToLog() => new(
            [.. RuleActions.Learned.Select(RuleActions.NameOf)], Array.ConvertAll(_state, c => c.ToArray()), [.. _action], [.. _reward], [.. _afterS], [.. _durationS], [.. _episode],
            PlanFeatures.Names, [.. _values]);

        private int IndexOf(double[] values)
        {
            var at = _values.FindIndex(v => v.AsSpan().SequenceEqual(values));
            if (at < 0)
            {
                _values.Add(values);
                at = _values.Count - 1;
            }

            return at;
        }
    }
}
