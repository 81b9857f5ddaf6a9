using System.Text.Json.Nodes;
using RapidTuner.Engine;

namespace RapidTuner.Http.OpenAi;

/// <summary>The addresses of the OpenAI-compatible API.</summary>
internal static class OpenAiEndpoints
{
    public static void Map(WebApplication app, IEngine engine, CompletionEndpoint completions, long startedS)
    {
        // As delegates, so that the OpenAPI document has them.
        app.MapPost("/v1/completions", (Delegate)completions.Text).WithSummary("Continues a text (OpenAI's API).");
        app.MapPost("/v1/chat/completions", (Delegate)completions.Chat).WithSummary("Answers a conversation (OpenAI's API).");
        app.MapGet("/v1/models", () => Results.Json(new JsonObject { ["object"] = "list", ["data"] = new JsonArray(Model(engine, startedS)) }));
        app.MapGet("/v1/models/{id}", (HttpContext context, string id) => id == engine.Description.Model || id == "default"
            ? Results.Json(Model(engine, startedS)).ExecuteAsync(context)
            : new OpenAiError(StatusCodes.Status404NotFound, $"There is no model `{id}`; /v1/models lists what there is.", "model_not_found", "model").WriteAsync(context));
    }

    private static JsonObject Model(IEngine engine, long startedS) => new()
    {
        ["id"] = engine.Description.Model,
        ["object"] = "model",
        ["created"] = startedS,
        ["owned_by"] = "rapidtuner",
    };
}
