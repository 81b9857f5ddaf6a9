using System.Text.Json.Nodes;

namespace RapidTuner.Http.OpenAi;

/// <summary>An error as OpenAI's API states it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
/// <param name="Code">A stable word for programs, such as "model_not_found".</param>
/// <param name="Param">The field that is to blame; null when none is.</param>
internal sealed record OpenAiError(int Status, string Message, string Code, string? Param = null)
{
    public const int RetryAfterS = 1;

    public static OpenAiError QueueFull { get; } =
        new(StatusCodes.Status429TooManyRequests, "The queue is full; try again later.", "rate_limit_exceeded");

    public static OpenAiError Unavailable(string why) => new(StatusCodes.Status503ServiceUnavailable, why, "engine_unavailable");

    public static OpenAiError Invalid(string message, string? param, string code = "invalid_value") =>
        new(StatusCodes.Status400BadRequest, message, code, param);

    /// <summary>The body of the reply.</summary>
    public JsonObject ToJson() => new()
    {
        ["error"] = new JsonObject { ["message"] = Message, ["type"] = Type, ["param"] = Param, ["code"] = Code },
    };

    public async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        if (Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterS.ToString();
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(ToJson().ToJsonString(), context.RequestAborted);
    }

    private string Type => Status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };
}
