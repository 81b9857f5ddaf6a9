using RapidTuner.Core.Errors;
using RapidTuner.Jobs;
using RapidTuner.Serving.Trials;

namespace RapidTuner.Http.Tuner;

/// <summary>The trial of a challenger: how it stands, its start and its end.</summary>
internal static class TrialEndpoints
{
    private const string Path = "/api/v1/trial";

    public static void Map(WebApplication app, ServiceTrial trial, JobService jobs)
    {
        app.MapGet(Path, () => Results.Json(TrialPage.Of(trial), StatePage.Json)).WithSummary("Who decides, who wants to, and how the latest challenge ended.");
        app.MapPost(Path, (HttpContext context, TrialRequest wanted) => StartAsync(context, trial, jobs, wanted))
            .WithSummary("Names a challenger and has the job `evaluate` score and propose it.");
        app.MapDelete(Path, () =>
        {
            trial.Wanted = null;
            trial.Policy.Withdraw();
            return Results.Accepted();
        }).WithSummary("Ends the challenge: the champion decides, or of a promoted challenger its predecessor.");
    }

    private static async Task<IResult> StartAsync(HttpContext context, ServiceTrial trial, JobService jobs, TrialRequest wanted)
    {
        try
        {
            trial.Wanted = ChallengerName.Parse(wanted.Challenger ?? "", "challenger");
        }
        catch (BadInputException bad)
        {
            return Results.Problem(bad.Message, statusCode: StatusCodes.Status422UnprocessableEntity, extensions: new Dictionary<string, object?> { ["code"] = "no_such_policy" });
        }

        var id = await jobs.RunNowAsync("evaluate", "manual", context.RequestAborted);
        return Results.Json(new { Job = id, Trial = TrialPage.Of(trial) }, StatePage.Json, statusCode: StatusCodes.Status202Accepted);
    }
}
