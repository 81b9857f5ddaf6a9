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
    /// <param name="state">One column per field.</param>
    /// <param name="action">Index of the action taken, per row.</param>
    /// <param name="reward">Attained requests settled until the next row, per row.</param>
    /// <param name="rewardAfterS">Mean time to those settlements, seconds, per row.</param>
    /// <param name="durationS">Time until the next row, seconds, per row.</param>
    /// <param name="episode">Number of the episode, rising, per row.</param>
    /// <param name="fields">Names of the state's fields; null: those of <see cref="PlanState"/>.</param>
    /// <param name="actionValues">
    /// What each action sets, in numbers, so that trees can tell which are alike; the first are those of <paramref name="actions"/>, further ones occurred
    /// and are not to be chosen from. Null: an action is a category.
    /// </param>
    public PlanLog(
        IReadOnlyList<string> actions,
        double[][] state,
        int[] action,
        double[] reward,
        double[] rewardAfterS,
        double[] durationS,
        int[] episode,
        IReadOnlyList<string>? fields = null,
        double[][]? actionValues = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentNullException.ThrowIfNull(action);
        (Actions, State, Action, Reward, RewardAfterS, DurationS, Episode) = (actions, state, action, reward, rewardAfterS, durationS, episode);
        (Fields, ActionValues) = (fields ?? PlanState.Names, actionValues);
        if (actions.Count is 0 or > ActionsMax)
        {
            throw new ArgumentException($"there are {actions.Count} actions, 1 to {ActionsMax} can be told apart", nameof(actions));
        }

        if (actionValues is not null && (actionValues.Length < actions.Count || actionValues.Any(v => v.Length == 0 || v.Length != actionValues[0].Length)))
        {
            throw new ArgumentException("actions differ in what they set", nameof(actionValues));
        }

        if (state.Length != Fields.Count || state.Any(c => c.Length != Rows) || reward.Length != Rows || rewardAfterS.Length != Rows || durationS.Length != Rows || episode.Length != Rows)
        {
            throw new ArgumentException("columns differ in length, or fields in number", nameof(state));
        }
    }

    /// <summary>Most actions.</summary>
    public const int ActionsMax = 64;

    /// <summary>Names of the actions.</summary>
    public IReadOnlyList<string> Actions { get; }

    /// <summary>Names of the state's fields, in order.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>Rows.</summary>
    public int Rows => Action.Length;

    /// <summary>What each action sets, in numbers; null: actions are categories.</summary>
    internal double[][]? ActionValues { get; }

    /// <summary>Numbers of a row of features: the state's fields, then the action.</summary>
    internal int Width => Fields.Count + (ActionValues is null ? 1 : ActionValues[0].Length);

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

    /// <summary>State and action as features of trees; an action without values is a category.</summary>
    internal FeatureTable Features()
    {
        var columns = new double[Width][];
        State.CopyTo(columns, 0);
        var categories = new int[Width];
        for (var f = Fields.Count; f < Width; f++)
        {
            var value = f - Fields.Count;
            columns[f] = Array.ConvertAll(Action, a => ActionValues is null ? a : ActionValues[a][value]);
        }

        categories[^1] = ActionValues is null ? Actions.Count : 0;
        return new FeatureTable(columns, categories);
    }

    /// <summary>Writes a row's state and <paramref name="action"/> to the first <see cref="Width"/> places of <paramref name="into"/>.</summary>
    internal void Fill(Span<double> into, int row, int action)
    {
        for (var f = 0; f < State.Length; f++)
        {
            into[f] = State[f][row];
        }

        FillAction(into[State.Length..], ActionValues, action);
    }

    /// <summary>Writes an action: what it sets, or its number.</summary>
    internal static void FillAction(Span<double> into, double[][]? values, int action)
    {
        if (values is null)
        {
            into[0] = action;
        }
        else
        {
            values[action].CopyTo(into);
        }
    }
}
