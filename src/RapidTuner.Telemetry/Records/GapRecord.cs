namespace RapidTuner.Telemetry.Records;

/// <summary>Gaps between following tokens that became known at one instant and are equally long.</summary>
public readonly record struct GapRecord
{
    /// <summary>Rising number in its table; 0 before the store gave one.</summary>
    public long Seq { get; init; }

    /// <summary>The run it belongs to.</summary>
    public long Run { get; init; }

    /// <summary>When the later tokens came, Unix microseconds.</summary>
    public long AtUs { get; init; }

    /// <summary>Each gap, microseconds.</summary>
    public long GapUs { get; init; }

    /// <summary>How many sequences had it.</summary>
    public int Count { get; init; }
}
