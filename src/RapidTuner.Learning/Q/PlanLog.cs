using RapidTuner.Core.Control;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Q;

/// <summary>
/// Logged plans as columns, in order of time within an episode (a run, or a block of one). Row t's successor is row t + 1 of the same
/// episode; an episode's last row is a state without a known end, from which nothing is learned but its value.
/// </summary>
public sealed class PlanLog
{
    /// <summary>Takes columns as they are; they must not change while they are used.</summary>
    /// <param name="actions">Names of the actions, at most <see cref="ActionsMax"/>.</param>
    /// <param name="state">One column per field of <see cref="PlanState"/>.</param>
    /// <param name="action">Index of the action taken, per row.</param>
    /// <param name="reward">Attained requests settled until the next row, per row.</param>
    /// <param name="rewardAfterS">Mean time to those settlements, seconds, per row.</param>
    /// <param name="durationS">Time until the next row, seconds, per row.</param>
    /// <param name="episode">Number of the episode, rising, per row.</param>
    public PlanLog(IReadOnlyList<string> actions, double[][] state, int[] action, double[] reward, double[] rewardAfterS, double[] durationS, int[] episode)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentNullException.ThrowIfNull(action);
        (Actions, State, Action, Reward, RewardAfterS, DurationS, Episode) = (actions, state, action, reward, rewardAfterS, durationS, episode);
        if (actions.Count is 0 or > ActionsMax)
        {
            throw new ArgumentException($"there are {actions.Count} actions, 1 to {ActionsMax} can be told apart", nameof(actions));
        }

        if (state.Length != PlanState.Features || state.Any(c => c.Length != Rows) || reward.Length != Rows || rewardAfterS.Length != Rows || durationS.Length != Rows || episode.Length != Rows)
        {
            throw new ArgumentException("columns differ in length, or fields in number", nameof(state));
        }
    }

    /// <summary>Most actions.</summary>
    public const int ActionsMax = 64;

    /// <summary>Names of the actions.</summary>
    public IReadOnlyList<string> Actions { get; }

    /// <summary>Rows.</summary>
    public int Rows => Action.Length;

    internal double[][] State { get; }

    internal int[] Action { get; }

    internal double[] Reward { get; }

    internal double[] RewardAfterS { get; }

    internal double[] DurationS { get; }

    internal int[] Episode { get; }

    /// <summary>True when the row's successor is known.</summary>
    internal bool HasNext(int row) => row + 1 < Rows && Episode[row + 1] == Episode[row];

    /// <summary>The reward of a row, discounted to the time of its plan.</summary>
    internal double Discounted(int row, double betaPerS) => Reward[row] * Math.Exp(-betaPerS * RewardAfterS[row]);

    /// <summary>State and action as features of trees; the action is a category.</summary>
    internal FeatureTable Features()
    {
        var columns = new double[PlanState.Features + 1][];
        State.CopyTo(columns, 0);
        columns[^1] = Array.ConvertAll(Action, a => (double)a);
        var categories = new int[PlanState.Features + 1];
        categories[^1] = Actions.Count;
        return new FeatureTable(columns, categories);
    }
}
