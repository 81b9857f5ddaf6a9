namespace RapidTuner.Telemetry.Records;

/// <summary>One run of a scheduled or manual job. Written to outlast a power cut.</summary>
public sealed record JobRecord
{
    /// <summary>Rising number in its table; 0 before the store gave one.</summary>
    public long Seq { get; init; }

    /// <summary>Unique name of this run of the job.</summary>
    public string Id { get; init; } = "";

    /// <summary>Which job, such as "train".</summary>
    public string Name { get; init; } = "";

    /// <summary>What set it off: "cron", "drift", "manual", …</summary>
    public string Trigger { get; init; } = "";

    /// <summary>"running", "done", "failed", "cancelled", "lost".</summary>
    public string State { get; init; } = "";

    /// <summary>Start, Unix microseconds.</summary>
    public long StartedUs { get; init; }

    /// <summary>End, Unix microseconds; null while it runs.</summary>
    public long? EndedUs { get; init; }

    /// <summary>How far it is, 0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>What it produced, JSON.</summary>
    public string Result { get; init; } = "";

    /// <summary>Why it failed; "" when it did not.</summary>
    public string Error { get; init; } = "";
}
