using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store.Tables;

namespace RapidTuner.Telemetry.Store;

/// <summary>Every kind of record that is kept.</summary>
public static class TelemetryTables
{
    /// <summary>Runs: one start of the service, or one replay.</summary>
    public static Table<RunRecord> Runs { get; } = new RunTable();

    /// <summary>Steps.</summary>
    public static Table<StepRecord> Steps { get; } = new StepTable();

    /// <summary>Gaps between following tokens.</summary>
    public static Table<GapRecord> Gaps { get; } = new GapTable();

    /// <summary>Requests.</summary>
    public static Table<RequestRecord> Requests { get; } = new RequestTable();

    /// <summary>Windows of features.</summary>
    public static Table<WindowRecord> Windows { get; } = new WindowTable();

    /// <summary>Decisions.</summary>
    public static Table<DecisionRecord> Decisions { get; } = new DecisionTable();

    /// <summary>Model registry.</summary>
    public static Table<ModelRecord> Models { get; } = new ModelTable();

    /// <summary>Job history.</summary>
    public static Table<JobRecord> Jobs { get; } = new JobTable();

    /// <summary>All of them, runs first: what others refer to comes before them.</summary>
    public static IReadOnlyList<RecordTable> All { get; } = [Runs, Steps, Gaps, Requests, Windows, Decisions, Models, Jobs];
}
