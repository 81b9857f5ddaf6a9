using RapidTuner.Http.OpenAi;

namespace RapidTuner.Http;

/// <summary>Says no in the shape of the address that was asked: OpenAI's under <c>/v1</c>, a problem document elsewhere (RFC 9457).</summary>
internal static class Refusal
{
    public static Task WriteAsync(HttpContext context, int status, string why, string code)
    {
        if (context.Request.Path.StartsWithSegments("/v1"))
        {
            return new OpenAiError(status, why, code).WriteAsync(context);
        }

        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = OpenAiError.RetryAfterS.ToString();
        }

        return Results.Problem(why, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code }).ExecuteAsync(context);
    }
}
