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
        return Of(runs, [.. runs.SelectMany(r => r).SelectMany(s => s.Candidates.Append(s.Action)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    private static PlanLog Of(IReadOnlyList<IReadOnlyList<PlanStep>> runs, List<string> actions)
    {
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

    /// <summary>
    /// The same with the chances of a policy that is asked about. Actions that were never taken and that it never takes are left out; of a log with more than
    /// <see cref="PlanLog.ActionsMax"/> others only the latest plans are kept.
    /// </summary>
    /// <param name="runs">Steps of each run, by time.</param>
    /// <param name="asked">Per step, the chance that the asked policy gives to each of its candidates, in their order.</param>
    public static OffPolicyLog Of(IReadOnlyList<IReadOnlyList<PlanStep>> runs, Func<PlanStep, IReadOnlyList<double>> asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(runs);
        var (kept, actions) = Told(runs, asked);
        var plans = Of(kept, actions);
        var steps = kept.SelectMany(r => r).ToArray();
        var target = new double[steps.Length * plans.Actions.Count];
        var place = plans.Actions.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i, StringComparer.Ordinal);
        for (var i = 0; i < steps.Length; i++)
        {
            var chances = asked(steps[i]);
            for (var c = 0; c < steps[i].Candidates.Count; c++)
            {
                if (place.TryGetValue(steps[i].Candidates[c], out var action))
                {
                    target[(i * plans.Actions.Count) + action] += chances[c];
                }
            }
        }

        return new OffPolicyLog(plans, Array.ConvertAll(steps, s => Math.Clamp(s.Propensity, 1e-12, 1)), target);
    }

    private static (List<IReadOnlyList<PlanStep>> Runs, List<string> Actions) Told(IReadOnlyList<IReadOnlyList<PlanStep>> runs, Func<PlanStep, IReadOnlyList<double>> asked)
    {
        var actions = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<IReadOnlyList<PlanStep>>();
        for (var i = runs.Count - 1; i >= 0; i--)
        {
            var from = runs[i].Count;
            while (from > 0 && Adds(actions, runs[i][from - 1], asked))
            {
                from--;
            }

            kept.Insert(0, from == 0 ? runs[i] : [.. runs[i].Skip(from)]);
            if (from > 0)
            {
                break;
            }
        }

        return ([.. kept.Where(r => r.Count > 0)], [.. actions.Order(StringComparer.Ordinal)]);
    }

    private static bool Adds(HashSet<string> actions, PlanStep step, Func<PlanStep, IReadOnlyList<double>> asked)
    {
        var chances = asked(step);
        var needed = step.Candidates.Where((_, c) => chances[c] > 0).Append(step.Action).Where(a => !actions.Contains(a)).Distinct(StringComparer.Ordinal).ToArray();
        if (actions.Count + needed.Length > PlanLog.ActionsMax)
        {
            return false;
        }

        actions.UnionWith(needed);
        return true;
    }
}
