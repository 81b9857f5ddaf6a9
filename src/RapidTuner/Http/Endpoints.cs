using RapidTuner.Control.Trust;
using RapidTuner.Core;
using RapidTuner.Engine;
using RapidTuner.Http.OpenAi;
using RapidTuner.Serving;

namespace RapidTuner.Http;

/// <summary>The service's addresses.</summary>
internal static class Endpoints
{
    public static void Map(WebApplication app, IEngine engine, LiveFigures figures, Func<TelemetryFigures> telemetry, Func<object> state, GenerationSlots slots, TrialPolicy? tuner)
    {
        app.MapGet("/healthz", () => Results.Text("ok\n")).WithSummary("Whether the process lives.");
        app.MapGet("/readyz", () => engine.Snapshot is { Fault: null, NowS: > 0 } && !slots.Closed ? Results.Text("ready\n") : Results.Text("not ready\n", statusCode: StatusCodes.Status503ServiceUnavailable)).WithSummary("Whether the engine runs and takes requests.");
        app.MapGet("/metrics", () => Results.Text(PrometheusText.Of(engine.Description, engine.Snapshot, figures, telemetry(), slots, tuner, tuner?.State), "text/plain; version=0.0.4; charset=utf-8")).WithSummary("Figures for Prometheus.");
        app.MapGet("/api/v1/state", () => Results.Json(state(), StatePage.Json)).WithSummary("The engine, its load, its latencies and what is kept.");
        app.MapGet("/api/v1/split", () => Results.Json(SplitOf(engine.Snapshot), StatePage.Json)).WithSummary("The split in force, and the one that an operator holds.");
        app.MapPut("/api/v1/split", (SplitRequest wanted) => Pin(engine, wanted)).WithSummary("Holds the nearest split of the palette.");
        app.MapDelete("/api/v1/split", () =>
        {
            engine.Pin(null);
            return Results.Json(SplitOf(engine.Snapshot with { Pinned = null }), StatePage.Json);
        }).WithSummary("Gives the split back to the policy.");
    }

    private static object SplitOf(EngineSnapshot now) => new
    {
        now.Split.PrefillUnits,
        now.Split.DecodeUnits,
        Pinned = now.Pinned is { } pinned ? StatePage.Of(pinned) : null,
    };

    private static IResult Pin(IEngine engine, SplitRequest wanted)
    {
        var units = engine.Description.DeviceUnits;
        if (wanted is not { PrefillUnits: >= 1, DecodeUnits: >= 1 } || wanted.PrefillUnits > units || wanted.DecodeUnits > units)
        {
            return Results.Problem(
                $"prefill_units and decode_units must both be 1 to {units}, the units of {engine.Description.Device}.", statusCode: StatusCodes.Status422UnprocessableEntity, title: "The device cannot have this split",
                extensions: new Dictionary<string, object?> { ["code"] = "no_such_split" });
        }

        var held = engine.Pin(new Split(wanted.PrefillUnits.Value, wanted.DecodeUnits.Value));
        return Results.Json(SplitOf(engine.Snapshot with { Split = held ?? engine.Snapshot.Split, Pinned = held }), StatePage.Json);
    }
}
