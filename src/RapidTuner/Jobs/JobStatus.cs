using RapidTuner.Telemetry.Records;

namespace RapidTuner.Jobs;

/// <summary>A job as an operator sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="About">What it does.</param>
/// <param name="Cron">Its schedule; "" when it has none.</param>
/// <param name="NextRun">Next firing; null without a schedule or while the scheduler stands.</param>
/// <param name="Running">The run under way here, with its progress; null when none is.</param>
/// <param name="Latest">The latest run in the history, which may be the one under way; null when it never ran.</param>
internal sealed record JobStatus(string Name, string About, string Cron, DateTimeOffset? NextRun, JobRecord? Running, JobRecord? Latest);
