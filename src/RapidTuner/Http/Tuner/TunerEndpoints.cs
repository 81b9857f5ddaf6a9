using RapidTuner.Core.Control;
using RapidTuner.Learning.Registry;
using RapidTuner.Serving.Live;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Http.Tuner;

/// <summary>The addresses of the tuner API that read.</summary>
internal static class TunerEndpoints
{
    public static void Map(WebApplication app, ITelemetryStore store, LiveHistory history, LiveForecast forecast, Palette palette, Func<LatencyChampion?> champion)
    {
        app.MapGet("/api/v1/history", (int? seconds) => Results.Json(HistoryPage.Of(history.Latest(Math.Clamp(seconds ?? LiveHistory.PointsMax, 1, LiveHistory.PointsMax))), StatePage.Json))
            .WithSummary("The latest minutes, a point a second, a column a series.");
        app.MapGet("/api/v1/forecasts", () => Results.Json(ForecastPage.Of(forecast), StatePage.Json))
            .WithSummary("The mean load from now to each horizon, with 90 % intervals.");
        app.MapGet("/api/v1/curves", () => Results.Json(CurvePage.Of(store, palette, champion()), StatePage.Json))
            .WithSummary("Step times against units, measured over the latest steps, alone and beside the other phase, and as the champion foresees them.");
        app.MapGet("/api/v1/decisions", (int? limit, long? before, string? reason, string? source) => Decisions(store, limit, before, reason, source))
            .WithSummary("Decisions with reasons, latest first; pages by before=next_before, filters by reason and source.");
        app.MapGet("/api/v1/export/{table}", (HttpContext context, string table, long? after_seq, int? limit) =>
                ExportEndpoint.WriteAsync(context, store, table, Math.Max(0, after_seq ?? 0), Math.Max(0, limit ?? int.MaxValue)))
            .WithSummary("Rows of a table as JSON lines, in order of seq.");
    }

    private static IResult Decisions(ITelemetryStore store, int? limit, long? before, string? reason, string? source)
    {
        Reason? wantedReason = null;
        DecisionSource? wantedSource = null;
        var wrong = new List<string>();
        if (limit is < 1 or > DecisionPage.LimitMax)
        {
            wrong.Add($"limit must be 1 to {DecisionPage.LimitMax}");
        }

        if (before is < 1)
        {
            wrong.Add("before must be 1 or more");
        }

        if (reason is not null && (wantedReason = Named<Reason>(reason)) is null)
        {
            wrong.Add($"reason must be one of {Names<Reason>()}");
        }

        if (source is not null && (wantedSource = Named<DecisionSource>(source)) is null)
        {
            wrong.Add($"source must be one of {Names<DecisionSource>()}");
        }

        return wrong.Count > 0
            ? Results.Problem($"{string.Join("; ", wrong)}.", statusCode: StatusCodes.Status400BadRequest, extensions: new Dictionary<string, object?> { ["code"] = "invalid_value" })
            : Results.Json(DecisionPage.Of(store, limit ?? 50, before ?? (store.Acknowledged.GetValueOrDefault(TelemetryTables.Decisions.Name) + 1), wantedReason, wantedSource), StatePage.Json);
    }

    private static T? Named<T>(string name)
        where T : struct, Enum => Enum.GetValues<T>().Where(v => DecisionPage.Name(v) == name).Select(v => (T?)v).FirstOrDefault();

    private static string Names<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(DecisionPage.Name));
}
