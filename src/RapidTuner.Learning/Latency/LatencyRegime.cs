namespace RapidTuner.Learning.Latency;

/// <summary>Under what conditions a step runs: errors differ between them, so each has an interval and a correction of its own.</summary>
public enum LatencyRegime : byte
{
    /// <summary>The other phase is idle.</summary>
    Alone,

    /// <summary>The other phase runs on other units.</summary>
    Disjoint,

    /// <summary>The other phase shares units.</summary>
    Overlapped,
}
