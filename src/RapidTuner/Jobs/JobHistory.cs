using System.Text.Json;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Jobs;

/// <summary>Runs of jobs in the store's job table, which outlasts a power cut.</summary>
internal sealed class JobHistory(ITelemetryStore store, TimeProvider clock)
{
    /// <summary>Runs looked through for what was left running, and for a job's latest.</summary>
    private const int LatestRows = 500;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The latest runs, latest first.</summary>
    public IReadOnlyList<JobRecord> Latest(int runsMax) => store.ReadLatest(TelemetryTables.Jobs, runsMax);

    /// <summary>The latest run of a job; null when it never ran.</summary>
    public JobRecord? LatestOf(string job) => Latest(LatestRows).FirstOrDefault(r => r.Name == job);

    /// <summary>The run of an id; null when it is not among the latest.</summary>
    public JobRecord? Find(string id) => Latest(LatestRows).FirstOrDefault(r => r.Id == id);

    /// <summary>Writes that a run began.</summary>
    public JobRecord Begin(string id, string job, string trigger)
    {
        var record = new JobRecord { Id = id, Name = job, Trigger = trigger, State = "running", StartedUs = NowUs() };
        store.Save(record);
        return record;
    }

    /// <summary>Writes how far a run is.</summary>
    public void Progress(JobRecord record) => store.Save(record);

    /// <summary>Writes how a run ended.</summary>
    public JobRecord End(JobRecord record, string state, object? result, string error)
    {
        var ended = record with
        {
            State = state, EndedUs = NowUs(), Error = error,
            Result = result is null ? "" : JsonSerializer.Serialize(result, result.GetType(), Json),
            Progress = state == "done" ? 1 : record.Progress,
        };
        store.Save(ended);
        return ended;
    }

    /// <summary>Runs of a job that stand as running although nothing runs them any more become "lost".</summary>
    /// <returns>How many.</returns>
    public int MarkLost(string job)
    {
        var lost = Latest(LatestRows).Where(r => r.Name == job && r.State == "running").ToArray();
        foreach (var record in lost)
        {
            End(record, "lost", null, "the process that ran it ended");
        }

        return lost.Length;
    }

    private long NowUs() => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
