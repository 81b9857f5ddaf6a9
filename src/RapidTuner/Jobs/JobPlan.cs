using Quartz;
using RapidTuner.Core.Errors;

namespace RapidTuner.Jobs;

/// <summary>When a job runs, and how much it may take.</summary>
internal sealed record JobPlan
{
    /// <summary>Quartz cron expression in UTC (seconds first), such as <c>0 30 * * * ?</c>; empty: only by hand or by another job.</summary>
    public string Cron { get; init; } = "";

    /// <summary>Longest run.</summary>
    /// <value>Seconds, 1 to 86,400; default 1800. Chosen: a fit of ten million rows takes minutes.</value>
    public double TimeLimitS { get; init; } = 1800;

    /// <summary>Managed memory that the program may hold beyond what it held when the run began.</summary>
    /// <value>Bytes, 16 MiB to 1 TiB; default 2 GiB. Chosen: the binned rows of the largest training window and their histograms.</value>
    public long MemoryLimitBytes { get; init; } = 2L << 30;

    /// <summary>Adds every value out of range to <paramref name="found"/>.</summary>
    public void Check(Problems found, string job)
    {
        if (Cron.Length > 0 && !CronExpression.TryParse(Cron, out _))
        {
            found.Add($"jobs.{job}.cron", $"is `{Cron}`", "give six fields, seconds first, such as 0 30 * * * ? for half past every hour (UTC), or nothing");
        }

        found.InRange($"jobs.{job}.time_limit_s", TimeLimitS, 1, 86_400);
        found.InRange($"jobs.{job}.memory_limit_bytes", MemoryLimitBytes, 16L << 20, 1L << 40);
    }

    /// <summary>The first firing after <paramref name="after"/>; null without a schedule.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset after) =>
        Cron.Length == 0 ? null : new CronExpression(Cron, TimeZoneInfo.Utc).GetNextValidTimeAfter(after);
}
