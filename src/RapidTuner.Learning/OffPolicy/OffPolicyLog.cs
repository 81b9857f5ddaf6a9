using RapidTuner.Learning.Q;

namespace RapidTuner.Learning.OffPolicy;

/// <summary>A log of plans with the chances of the policy that made it and of the policy that is asked about.</summary>
public sealed class OffPolicyLog
{
    /// <summary>Takes columns as they are; they must not change while they are used.</summary>
    /// <param name="plans">The plans.</param>
    /// <param name="propensity">Per row the probability with which the action in force was chosen, above 0 to 1.</param>
    /// <param name="target">Per row and action the probability that the asked policy gives it, rows × actions.</param>
    public OffPolicyLog(PlanLog plans, double[] propensity, double[] target)
    {
        ArgumentNullException.ThrowIfNull(plans);
        ArgumentNullException.ThrowIfNull(propensity);
        ArgumentNullException.ThrowIfNull(target);
        if (propensity.Length != plans.Rows || target.Length != plans.Rows * plans.Actions.Count || propensity.Any(p => !(p is > 0 and <= 1)))
        {
            throw new ArgumentException("give a propensity above 0 per row and a probability per row and action", nameof(propensity));
        }

        (Plans, Propensity, Target) = (plans, propensity, target);
    }

    /// <summary>The plans.</summary>
    public PlanLog Plans { get; }

    /// <summary>True when chance had no part in any plan.</summary>
    public bool Deterministic => Propensity.All(p => p > 1 - 1e-9);

    internal double[] Propensity { get; }

    internal double[] Target { get; }

    /// <summary>Probability of the logged action under the asked policy / under the policy that logged it.</summary>
    internal double Ratio(int row) => Target[(row * Plans.Actions.Count) + Plans.Action[row]] / Propensity[row];

    /// <summary>Stretches of rows of about <paramref name="blockS"/> seconds within one episode: (first, last + 1).</summary>
    internal List<(int From, int To)> Blocks(double blockS)
    {
        var blocks = new List<(int, int)>();
        var (from, spanS) = (0, 0.0);
        for (var row = 0; row < Plans.Rows; row++)
        {
            spanS += Plans.HasNext(row) ? Plans.DurationS[row] : 0;
            if (spanS >= blockS || !Plans.HasNext(row))
            {
                if (Plans.HasNext(row) || row > from)
                {
                    blocks.Add((from, Plans.HasNext(row) ? row + 1 : row));
                }

                (from, spanS) = (row + 1, 0);
            }
        }

        return blocks;
    }

    /// <summary>The log made of some of its blocks, each an episode of its own; the row after a block goes with it, as its last state.</summary>
    internal OffPolicyLog Of(IReadOnlyList<(int From, int To)> blocks)
    {
        var rows = blocks.SelectMany(b => Enumerable.Range(b.From, b.To - b.From + 1)).ToArray();
        var episodes = blocks.SelectMany((b, i) => Enumerable.Repeat(i, b.To - b.From + 1)).ToArray();
        T[] Taken<T>(T[] column) => Array.ConvertAll(rows, r => column[r]);
        var actions = Plans.Actions.Count;
        var plans = new PlanLog(Plans.Actions, Array.ConvertAll(Plans.State, Taken), Taken(Plans.Action), Taken(Plans.Reward), Taken(Plans.RewardAfterS), Taken(Plans.DurationS), episodes);
        return new OffPolicyLog(plans, Taken(Propensity), [.. rows.SelectMany(r => Target.Skip(r * actions).Take(actions))]);
    }
}
