using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Analysis;
using RapidTuner.Evaluation.OffPolicy;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Recording;

/// <summary>The workload of a data folder's log, to be replayed.</summary>
/// <param name="Trace">Requests whose lengths are known, in order of arrival.</param>
/// <param name="Run">The run that made it: device, model, tensor parallelism, stack, SLO.</param>
internal sealed record LoggedRun(Trace Trace, RunRecord Run)
{
    /// <summary>Reads the run with most requests; the store is only read, and others may write meanwhile.</summary>
    /// <param name="folder">Data folder, or a folder of exported files.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="BadInputException">The folder holds no store, or nothing that can be replayed.</exception>
    public static LoggedRun Read(string folder, TimeProvider clock)
    {
        var problems = new Problems();
        var choice = StoreChoice.OfExisting(null, folder, problems);
        problems.ThrowIfAny();
        try
        {
            using var store = choice!.Open(clock, readOnly: true);
            var run = new Log(store, null).Chosen.MaxBy(r => r.Requests)!.Record;
            var logged = LoggedWorkload.Read(store, run);
            return logged.Trace.Requests.Length > 0
                ? new LoggedRun(logged.Trace, run)
                : throw new BadInputException("--from-data", $"`{folder}` holds no finished request", "give a log in which requests were served");
        }
        catch (StoreException unreadable)
        {
            throw new BadInputException("--from-data", unreadable.Message, "give a folder whose store can be read");
        }
    }
}
