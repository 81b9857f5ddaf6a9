using Microsoft.AspNetCore.Diagnostics;

namespace RapidTuner.Http;

/// <summary>Says what a reply means that routing or the reading of the body refused before any code of ours ran.</summary>
internal static class BareStatus
{
    public static Task ExplainAsync(StatusCodeContext context)
    {
        var (request, status) = (context.HttpContext.Request, context.HttpContext.Response.StatusCode);
        var (why, code) = status switch
        {
            StatusCodes.Status400BadRequest => ("The body is missing, or is not the JSON that this address takes.", "invalid_json"),
            StatusCodes.Status404NotFound => ($"There is nothing at {request.Path}.", "not_found"),
            StatusCodes.Status405MethodNotAllowed => ($"{request.Path} does not take {request.Method}; the Allow header lists what it takes.", "method_not_allowed"),
            StatusCodes.Status413PayloadTooLarge => ("The body is too large.", "body_too_large"),
            StatusCodes.Status415UnsupportedMediaType => ("Send the body with Content-Type: application/json.", "unsupported_media_type"),
            _ => ("The request cannot be served.", "refused"),
        };
        return Refusal.WriteAsync(context.HttpContext, status, why, code);
    }
}
