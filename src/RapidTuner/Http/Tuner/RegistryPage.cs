using RapidTuner.Telemetry.Records;

namespace RapidTuner.Http.Tuner;

/// <summary>Models and jobs as they are kept, without what is bulky.</summary>
internal static class RegistryPage
{
    public static object Of(ModelRecord model) => new
    {
        model.Seq,
        model.Id,
        model.Target,
        model.Status,
        model.Pinned,
        CreatedS = model.CreatedUs / 1e6,
        Parent = model.Parent.Length == 0 ? null : model.Parent,
        model.Trainer,
        DataFromS = model.DataFromUs / 1e6,
        DataToS = model.DataToUs / 1e6,
        Metrics = JsonText.Parse(model.Metrics),
        model.Checksum,
        ArtefactBytes = model.Artefact.Length,
    };

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
