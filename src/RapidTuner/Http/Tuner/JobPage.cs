using RapidTuner.Telemetry.Records;

namespace RapidTuner.Http.Tuner;

/// <summary>Runs of jobs as they are kept.</summary>
internal static class JobPage
{
    public static object Of(JobRecord job) => new
    {
        job.Seq,
        job.Id,
        job.Name,
        job.Trigger,
        job.State,
        StartedS = job.StartedUs / 1e6,
        EndedS = job.EndedUs / 1e6,
        job.Progress,
        Result = JsonText.Parse(job.Result),
        Error = job.Error.Length == 0 ? null : job.Error,
    };
}
