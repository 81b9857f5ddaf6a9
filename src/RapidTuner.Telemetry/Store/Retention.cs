using RapidTuner.Core.Errors;

namespace RapidTuner.Telemetry.Store;

/// <summary>
/// How long each kind of record is kept, and how much disk all of them may take. Models, jobs and runs are kept for ever:
/// they are few and everything else refers to them.
/// </summary>
public sealed record Retention
{
    /// <summary>Age at which steps go.</summary>
    /// <value>Days, 0.01 to 10,000; default 7. Chosen: a week holds every hour of the week once, which drift compares with.</value>
    public double StepsDays { get; init; } = 7;

    /// <summary>Age at which gaps go.</summary>
    /// <value>Days, 0.01 to 10,000; default 2. Chosen: the windows keep their sketch.</value>
    public double GapsDays { get; init; } = 2;

    /// <summary>Age at which requests go.</summary>
    /// <value>Days, 0.01 to 10,000; default 30. Chosen: lengths and rates by month are small.</value>
    public double RequestsDays { get; init; } = 30;

    /// <summary>Age at which decisions go.</summary>
    /// <value>Days, 0.01 to 10,000; default 14. Chosen: off-policy scores look back two weeks.</value>
    public double DecisionsDays { get; init; } = 14;

    /// <summary>Age at which windows of 1 s go; their roll-ups stay.</summary>
    /// <value>Days, 0.01 to 10,000; default 3.</value>
    public double Windows1SDays { get; init; } = 3;

    /// <summary>Age at which windows of 10 s go.</summary>
    /// <value>Days, 0.01 to 10,000; default 30.</value>
    public double Windows10SDays { get; init; } = 30;

    /// <summary>Age at which windows of 1 min go.</summary>
    /// <value>Days, 0.01 to 10,000; default 400: a year and the same season before it.</value>
    public double Windows60SDays { get; init; } = 400;

    /// <summary>
    /// Bytes that the store may take; 0: no budget. When it is reached, the oldest tenth of steps, gaps, decisions, requests, windows of 1 s
    /// and windows of 10 s goes, in turn and over again, until nine tenths of the budget are in use. Models, jobs, runs and windows of
    /// 1 min are never deleted for room.
    /// </summary>
    /// <value>Bytes, 0 or at least 1 MiB; default 8 GiB.</value>
    public long BudgetBytes { get; init; } = 8L << 30;

    /// <summary>Adds every value out of range to <paramref name="found"/>.</summary>
    public void Check(Problems found)
    {
        found.InRange("retention.steps_days", StepsDays, 0.01, 10_000);
        found.InRange("retention.gaps_days", GapsDays, 0.01, 10_000);
        found.InRange("retention.requests_days", RequestsDays, 0.01, 10_000);
        found.InRange("retention.decisions_days", DecisionsDays, 0.01, 10_000);
        found.InRange("retention.windows_1s_days", Windows1SDays, 0.01, 10_000);
        found.InRange("retention.windows_10s_days", Windows10SDays, 0.01, 10_000);
        found.InRange("retention.windows_60s_days", Windows60SDays, 0.01, 10_000);
        if (BudgetBytes != 0)
        {
            found.InRange("retention.budget_bytes", BudgetBytes, 1L << 20, long.MaxValue);
        }
    }
}
