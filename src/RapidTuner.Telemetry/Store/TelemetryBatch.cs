using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Store;

/// <summary>Records of one run that become durable together: one batch, one transaction.</summary>
public sealed class TelemetryBatch
{
    /// <param name="run">The run that all records belong to. A run without a seq gets one with its first batch.</param>
    public TelemetryBatch(RunRecord run) => Run = run;

    /// <summary>The run; a store replaces it by one with a seq.</summary>
    public RunRecord Run { get; set; }

    /// <summary>Steps, in order.</summary>
    public List<StepRecord> Steps { get; } = [];

    /// <summary>Gaps, in order.</summary>
    public List<GapRecord> Gaps { get; } = [];

    /// <summary>Requests, in order of ending.</summary>
    public List<RequestRecord> Requests { get; } = [];

    /// <summary>Windows, in order of closing.</summary>
    public List<WindowRecord> Windows { get; } = [];

    /// <summary>Decisions, in order.</summary>
    public List<DecisionRecord> Decisions { get; } = [];

    /// <summary>Records in it.</summary>
    public int Count => Steps.Count + Gaps.Count + Requests.Count + Windows.Count + Decisions.Count;

    /// <summary>Empties it; the lists keep their memory.</summary>
    public void Clear()
    {
        Steps.Clear();
        Gaps.Clear();
        Requests.Clear();
        Windows.Clear();
        Decisions.Clear();
    }
}
