using RapidTuner.Core.Control;
using RapidTuner.Learning.OffPolicy;
using RapidTuner.Learning.Q;
using RapidTuner.Telemetry.Plans;

namespace RapidTuner.Evaluation.OffPolicy;

/// <summary>Turns logged plans into what learners work on.</summary>
public static class PlanLogs
{
    /// <summary>The plans of several runs as columns, each run an episode.</summary>
    /// <param name="runs">Steps of each run, by time.</param>
    public static PlanLog Of(IReadOnlyList<IReadOnlyList<PlanStep>> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var actions = ActionsOf(runs);
        var steps = runs.SelectMany(r => r).ToArray();
        var state = new double[PlanState.Features][];
        var row = new double[PlanState.Features];
        for (var f = 0; f < state.Length; f++)
        {
            state[f] = new double[steps.Length];
        }

        for (var i = 0; i < steps.Length; i++)
        {
            steps[i].State.CopyTo(row);
            for (var f = 0; f < row.Length; f++)
            {
                state[f][i] = row[f];
            }
        }

        return new PlanLog(
            actions,
            state,
            Array.ConvertAll(steps, s => actions.IndexOf(s.Action)),
            Array.ConvertAll(steps, s => s.Reward),
            Array.ConvertAll(steps, s => s.RewardAfterS),
            Array.ConvertAll(steps, s => s.DurationS),
            [.. runs.SelectMany((r, episode) => Enumerable.Repeat(episode, r.Count))]);
    }

    /// <summary>The same with the chances of a policy that is asked about.</summary>
    /// <param name="runs">Steps of each run, by time.</param>
    /// <param name="asked">Per step, the chance that the asked policy gives to each of its candidates, in their order.</param>
    public static OffPolicyLog Of(IReadOnlyList<IReadOnlyList<PlanStep>> runs, Func<PlanStep, IReadOnlyList<double>> asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var plans = Of(runs);
        var steps = runs.SelectMany(r => r).ToArray();
        var target = new double[steps.Length * plans.Actions.Count];
        var place = plans.Actions.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i, StringComparer.Ordinal);
        for (var i = 0; i < steps.Length; i++)
        {
            var chances = asked(steps[i]);
            for (var c = 0; c < steps[i].Candidates.Count; c++)
            {
                target[(i * plans.Actions.Count) + place[steps[i].Candidates[c]]] += chances[c];
            }
        }

        return new OffPolicyLog(plans, Array.ConvertAll(steps, s => Math.Clamp(s.Propensity, 1e-12, 1)), target);
    }

    private static List<string> ActionsOf(IReadOnlyList<IReadOnlyList<PlanStep>> runs) =>
        [.. runs.SelectMany(r => r).SelectMany(s => s.Candidates.Append(s.Action)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
