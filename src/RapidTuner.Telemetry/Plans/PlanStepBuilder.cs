using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Plans;

/// <summary>Joins plans with the requests that were settled under them. Both come in order of time; a step is whole when the next plan is there.</summary>
public sealed class PlanStepBuilder
{
    private readonly List<PlanStep> _steps = [];
    private PlanStep? _open;
    private double _attained;
    private double _settled;
    private double _afterSumS;

    /// <summary>The steps that are whole. The last plan of a run has no end and is none of them.</summary>
    public IReadOnlyList<PlanStep> Steps => _steps;

    /// <summary>A plan came into force.</summary>
    public void Add(PlanSample plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Add(plan.Seen.NowS, plan.State, plan.Candidates, plan.ChosenIndex, plan.Propensity, plan.Seen.ItlLimitS);
    }

    /// <summary>A logged plan came into force.</summary>
    public void Add(double atS, PlanDocument plan, double propensity, double itlLimitS = 0)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Add(atS, plan.State, plan.Candidates, plan.ChosenIndex, propensity, itlLimitS);
    }

    /// <summary>A rule without plans goes on; it is the only candidate.</summary>
    public void Add(double atS, in PlanState state, string policy) =>
        Add(atS, state, [new PlanCandidate { Name = policy, Probability = 1 }], 0, 1, 0);

    /// <summary>A request ended, at <paramref name="finishS"/> engine seconds.</summary>
    public void Settle(double finishS, Outcome outcome, bool attained)
    {
        if (_open is null || outcome is Outcome.RejectedSize or Outcome.Cancelled)
        {
            return;
        }

        _settled++;
        if (attained)
        {
            _attained++;
            _afterSumS += Math.Max(0, finishS - _open.AtS);
        }
    }

    private void Add(double atS, PlanState state, IReadOnlyList<PlanCandidate> candidates, int chosen, double propensity, double itlLimitS)
    {
        if (_open is not null && atS > _open.AtS)
        {
            _steps.Add(_open with
            {
                DurationS = atS - _open.AtS,
                Reward = _attained,
                Settled = _settled,
                RewardAfterS = _attained > 0 ? _afterSumS / _attained : 0,
            });
        }

        (_attained, _settled, _afterSumS) = (0, 0, 0);
        _open = new PlanStep
        {
            AtS = atS,
            State = state,
            Action = candidates[chosen].Name,
            Parameters = candidates[chosen].Parameters,
            ItlLimitS = itlLimitS,
            Candidates = [.. candidates.Select(c => c.Name)],
            Probabilities = [.. candidates.Select(c => c.Probability)],
            Scores = [.. candidates.Select(c => c.Score ?? double.NaN)],
            Propensity = propensity,
        };
    }
}
