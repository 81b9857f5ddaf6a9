using RapidTuner.Commands;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Http.Tuner;

/// <summary>The model registry of the data folder and what is shipped; promotion, roll-back and pin.</summary>
internal static class ModelEndpoints
{
    public static void Map(WebApplication app, ModelRegistry registry, Action<string> notes)
    {
        app.MapGet("/api/v1/models", () => Results.Json(
                new { Models = registry.List().Concat(ModelFolder.Shipped.Entries(notes).Select(e => new RegisteredModel(e, ModelStatus.Shipped, false))).Select(ModelsTable.Row) }, ModelsTable.Json))
            .WithSummary("Models of the data folder, and those that travel with the program.");
        app.MapPost("/api/v1/models/{id}/promote", (string id) => Change(registry, id, registry.Promote)).WithSummary("Makes a model champion.");
        app.MapPost("/api/v1/models/{id}/rollback", (string id) => Change(registry, id, registry.Rollback)).WithSummary("Puts the former champion of this model's target and scope back in office.");
        app.MapPost("/api/v1/models/{id}/pin", (string id) => Change(registry, id, m => registry.Pin(m, true))).WithSummary("Holds a model in office whatever is trained.");
        app.MapDelete("/api/v1/models/{id}/pin", (string id) => Change(registry, id, m => registry.Pin(m, false))).WithSummary("Lets a pinned model go.");
    }

    private static IResult Change(ModelRegistry registry, string id, Func<string, RegisteredModel> change)
    {
        if (registry.Folder.Find(id) is null)
        {
            return Problem(StatusCodes.Status404NotFound, $"There is no model {id} in the data folder; /api/v1/models lists what there is.", "no_such_model");
        }

        try
        {
            var changed = change(id);
            return Results.Json(new { Changed = ModelsTable.Row(changed), Champion = registry.Champion(changed.Entry.Target, changed.Entry.Scope)?.Id }, ModelsTable.Json);
        }
        catch (BadInputException refused)
        {
            return Problem(StatusCodes.Status409Conflict, refused.Message, "refused");
        }
    }

    private static IResult Problem(int status, string why, string code) =>
        Results.Problem(why, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });
}
