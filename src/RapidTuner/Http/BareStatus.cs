namespace RapidTuner.Http;

/// <summary>Says what a reply means that routing or the reading of the body refused before any code of ours ran.</summary>
internal static class BareStatus
{
    public static void Explain(ProblemDetailsContext context)
    {
        var request = context.HttpContext.Request;
        context.ProblemDetails.Detail ??= context.ProblemDetails.Status switch
        {
            StatusCodes.Status400BadRequest => "The body is missing, or is not the JSON that this address takes.",
            StatusCodes.Status404NotFound => $"There is nothing at {request.Path}.",
            StatusCodes.Status405MethodNotAllowed => $"{request.Path} does not take {request.Method}; the Allow header lists what it takes.",
            StatusCodes.Status413PayloadTooLarge => "The body is too large.",
            StatusCodes.Status415UnsupportedMediaType => "Send the body with Content-Type: application/json.",
            _ => null,
        };
    }
}
