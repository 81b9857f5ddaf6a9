namespace RapidTuner.Evaluation.Search;

/// <summary>A set of <see cref="Goal"/>s and what each needs.</summary>
internal static class Goals
{
    /// <summary>Wanted attainment in whole percent.</summary>
    public static int PercentOf(Goal goal) => goal == Goal.P99At99 ? 99 : 90;

    /// <summary>Attained requests of <paramref name="requests"/> from which a run reaches its goal.</summary>
    public static long Needed(Goal goal, long requests) => ((PercentOf(goal) * requests) + 99) / 100;
}
