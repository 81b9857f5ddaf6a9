using RapidTuner.Core.Errors;
using RapidTuner.Jobs;

namespace RapidTuner.Http.Tuner;

/// <summary>Jobs: their schedule and runs; run one now; cancel a run.</summary>
internal static class JobEndpoints
{
    public const string Path = "/api/v1/jobs";

    private const int RunsMax = 200;

    public static void Map(WebApplication app, JobService jobs)
    {
        app.MapGet(Path, async (CancellationToken stop) => Results.Json(
                new
                {
                    Jobs = jobs.History(RunsMax).Select(JobPage.Of),
                    Scheduled = (await jobs.ListAsync(stop)).Select(Of),
                },
                StatePage.Json))
            .WithSummary("Jobs with their schedule, and their runs, latest first.");
        app.MapPost(Path, (HttpContext context, JobRequest wanted) => RunAsync(context, jobs, wanted))
            .WithSummary("Runs a job now.");
        app.MapDelete(Path + "/{id}", async (HttpContext context, string id) => await jobs.CancelAsync(id, context.RequestAborted)
                ? Results.Accepted()
                : Problem(StatusCodes.Status404NotFound, $"No run {id} is under way.", "not_running"))
            .WithSummary("Cancels a run.");
    }

    private static async Task<IResult> RunAsync(HttpContext context, JobService jobs, JobRequest wanted)
    {
        try
        {
            var id = await jobs.RunNowAsync(wanted.Job ?? "", "manual", context.RequestAborted);
            return id is null
                ? Problem(StatusCodes.Status409Conflict, $"The job {wanted.Job} runs already.", "runs_already")
                : Results.Json(new { Id = id }, StatePage.Json, statusCode: StatusCodes.Status202Accepted);
        }
        catch (BadInputException bad)
        {
            return Problem(StatusCodes.Status404NotFound, bad.Message, "no_such_job");
        }
    }

    private static object Of(JobStatus job) => new
    {
        job.Name,
        job.About,
        Cron = job.Cron.Length == 0 ? null : job.Cron,
        NextRunS = job.NextRun?.ToUnixTimeSeconds(),
        Running = job.Running is null ? null : JobPage.Of(job.Running),
    };

    private static IResult Problem(int status, string why, string code) =>
        Results.Problem(why, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });
}
