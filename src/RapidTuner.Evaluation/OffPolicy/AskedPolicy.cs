using RapidTuner.Telemetry.Plans;

namespace RapidTuner.Evaluation.OffPolicy;

/// <summary>What a name asks of a log of plans.</summary>
public static class AskedPolicy
{
    /// <summary>
    /// Chances of each candidate under the policy called <paramref name="name"/>: the candidate of that name; where it is the policy that logged,
    /// its best candidate (what it would do without exploration), or what it did where scores were not kept. Null when the log knows no such policy.
    /// </summary>
    /// <param name="name">The policy that is asked about.</param>
    /// <param name="logged">The policy that logged.</param>
    /// <param name="steps">The log.</param>
    public static Func<PlanStep, IReadOnlyList<double>>? Of(string name, string logged, IReadOnlyList<PlanStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Any(s => s.Candidates.Contains(name)))
        {
            return step => OneOf(step, IndexOf(step.Candidates, name));
        }

        return name == logged ? step => OneOf(step, Best(step)) : null;
    }

    private static int Best(PlanStep step)
    {
        var best = -1;
        for (var i = 0; i < step.Scores.Count; i++)
        {
            best = !double.IsNaN(step.Scores[i]) && (best < 0 || step.Scores[i] > step.Scores[best]) ? i : best;
        }

        return best >= 0 ? best : IndexOf(step.Candidates, step.Action);
    }

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static double[] OneOf(PlanStep step, int index)
    {
        var chances = new double[step.Candidates.Count];
        if (index >= 0)
        {
            chances[index] = 1;
        }

        return chances;
    }
}
