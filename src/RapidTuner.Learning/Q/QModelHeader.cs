using RapidTuner.Core.Control;

namespace RapidTuner.Learning.Q;

/// <summary>The JSON header of a value function's file.</summary>
internal sealed record QModelHeader
{
    /// <summary>What <see cref="Kind"/> says.</summary>
    public const string KindName = "fitted-q";

    public string? Kind { get; init; }

    public IReadOnlyList<string>? Fields { get; init; }

    public IReadOnlyList<string>? Actions { get; init; }

    /// <summary>What each action sets; null: actions are categories.</summary>
    public double[][]? ActionValues { get; init; }

    public double BetaPerS { get; init; }

    public double BacklogPotential { get; init; }

    public int Rows { get; init; }

    public int Iterations { get; init; }

    public ulong Seed { get; init; }

    public string? Device { get; init; }

    public string? Model { get; init; }

    /// <summary>Why it cannot be used; null when it can.</summary>
    public string? Fault()
    {
        if (Kind != KindName)
        {
            return $"holds a model of kind `{Kind}`, no value function";
        }

        if (Fields is null || (!Fields.SequenceEqual(PlanState.Names) && !Fields.SequenceEqual(PlanFeatures.Names)))
        {
            return "was fitted on other fields than this program observes";
        }

        if (Actions is null || Actions.Count is 0 or > PlanLog.ActionsMax || Actions.Any(string.IsNullOrEmpty) || Actions.Distinct().Count() != Actions.Count)
        {
            return $"has no list of 1 to {PlanLog.ActionsMax} different actions";
        }

        if (ActionValues is not null && (ActionValues.Length != Actions.Count || ActionValues.Any(v => v is null || v.Length is 0 or > QModel.ActionValuesMax || v.Length != ActionValues[0].Length || !v.All(double.IsFinite))))
        {
            return "has actions that differ in what they set";
        }

        if (BacklogPotential > 0 && !Fields.SequenceEqual(PlanState.Names))
        {
            return "has a backlog's potential without its field";
        }

        return BetaPerS is > 0 and < 1e6 && BacklogPotential is >= 0 and < 1e9 ? null : "has a discount or potential out of range";
    }
}
