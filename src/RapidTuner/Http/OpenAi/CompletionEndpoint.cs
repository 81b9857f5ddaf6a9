using System.Diagnostics;
using System.Text.Json;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;
using RapidTuner.Engine.Text;
using RapidTuner.Serving.Tracing;

namespace RapidTuner.Http.OpenAi;

/// <summary>Answers completions: reads, submits, streams or gathers.</summary>
/// <param name="engine">What is served.</param>
/// <param name="text">Its text.</param>
/// <param name="slots">Bounds the generations under way.</param>
/// <param name="clock">Dates replies.</param>
/// <param name="seed">Seed of the seeds that requests get which name none.</param>
internal sealed class CompletionEndpoint(IEngine engine, ITokenEngine text, GenerationSlots slots, TimeProvider clock, ulong seed)
{
    public const string PlaceholderHeader = "X-RapidTuner-Placeholder";

    /// <summary>Deepest nesting of a body.</summary>
    public const int DepthMax = 32;

    private readonly string _start = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString("x");
    private long _requests;

    public Task Text(HttpContext context) => AnswerAsync(context, chat: false);

    public Task Chat(HttpContext context) => AnswerAsync(context, chat: true);

    private async Task AnswerAsync(HttpContext context, bool chat)
    {
        var (request, error) = await ReadAsync(context, chat);
        if (request is null)
        {
            await error!.WriteAsync(context);
            return;
        }

        if (slots.Closed)
        {
            await OpenAiError.Unavailable("The service is stopping.").WriteAsync(context);
            return;
        }

        if (!slots.TryTake())
        {
            await OpenAiError.QueueFull.WriteAsync(context);
            return;
        }

        try
        {
            await GenerateAsync(context, request);
        }
        finally
        {
            slots.Free();
        }
    }

    private async Task<(CompletionRequest? Request, OpenAiError? Error)> ReadAsync(HttpContext context, bool chat)
    {
        if (!context.Request.HasJsonContentType())
        {
            return (null, new OpenAiError(StatusCodes.Status415UnsupportedMediaType, "Send the body with Content-Type: application/json.", "unsupported_media_type"));
        }

        if (context.Request.Headers.ContentEncoding.Count > 0)
        {
            return (null, new OpenAiError(StatusCodes.Status415UnsupportedMediaType, "Send the body without Content-Encoding.", "unsupported_media_type"));
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, new JsonDocumentOptions { MaxDepth = DepthMax }, context.RequestAborted);
            var (request, error) = CompletionReader.Read(body.RootElement, chat);
            return request is not null && request.Model != "default" && request.Model != engine.Description.Model
                ? (null, new OpenAiError(StatusCodes.Status404NotFound, $"There is no model `{request.Model}`; /v1/models lists what there is.", "model_not_found", "model"))
                : (request, error);
        }
        catch (BadHttpRequestException refused)
        {
            return (null, refused.StatusCode == StatusCodes.Status413PayloadTooLarge ? new OpenAiError(refused.StatusCode, "The body is too large.", "body_too_large")
                : refused.StatusCode == StatusCodes.Status408RequestTimeout ? new OpenAiError(refused.StatusCode, "The body came too slowly.", "body_too_slow")
                : OpenAiError.Invalid("The body did not arrive whole.", null, "incomplete_body"));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // The second is what a text with half a surrogate pair throws when it is read.
            return (null, OpenAiError.Invalid($"The body is not JSON of at most {DepthMax} levels in UTF-8.", null, "invalid_json"));
        }
    }

    private async Task GenerateAsync(HttpContext context, CompletionRequest request)
    {
        var prompt = request.PromptTokens ?? (request.Conversation is { } conversation ? text.Encode(conversation) : text.Encode(request.Prompt!));
        var roomTokens = Math.Max(1, engine.Description.ContextTokens - prompt.Length);
        var outputTokensMax = request.OutputTokensMax ?? Math.Min(roomTokens, request.IsChat ? CompletionRequest.ChatTokensDefault : CompletionRequest.TextTokensDefault);
        var number = Interlocked.Increment(ref _requests);
        var head = new ReplyHead(
            $"{(request.IsChat ? "chatcmpl" : "cmpl")}-{_start}-{number:x}", clock.GetUtcNow().ToUnixTimeSeconds(), engine.Description.Model, request.IsChat, prompt.Length);
        var sampling = new Sampling(request.Temperature, request.TopP, request.Seed ?? unchecked(seed + (ulong)number), request.TopK);
        if (prompt.Length + (long)outputTokensMax > engine.Description.ContextTokens)
        {
            await TooLong(prompt.Length, outputTokensMax).WriteAsync(context);
            return;
        }

        using var span = Spans.Source.StartActivity("generate", ActivityKind.Server);
        span?.SetTag("gen_ai.request.model", head.Model);
        span?.SetTag("gen_ai.request.max_tokens", outputTokensMax);
        span?.SetTag("gen_ai.usage.input_tokens", prompt.Length);
        await using var reply = text.GenerateAsync(new TextRequest(prompt, outputTokensMax, sampling), context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        try
        {
            if (await FirstAsync(reply, prompt.Length, outputTokensMax) is { } refused)
            {
                span?.SetStatus(ActivityStatusCode.Error, refused.Code);
                await refused.WriteAsync(context);
                return;
            }

            span?.AddEvent(new ActivityEvent("first_token"));
            // Apart from the span: what stands behind `span?.` does not run when nobody traces.
            var outputTokens = await AnswerAsync(context, head, request, reply, engine.Description.Placeholders);
            span?.SetTag("gen_ai.usage.output_tokens", outputTokens);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            span?.SetStatus(ActivityStatusCode.Error, "client_left");
            // The client left; leaving the enumerator frees its place in the engine.
        }
    }

    private static async Task<int> AnswerAsync(HttpContext context, ReplyHead head, CompletionRequest request, IAsyncEnumerator<TextToken> reply, bool placeholders)
    {
        if (placeholders)
        {
            context.Response.Headers[PlaceholderHeader] = "1";
        }

        if (request.Stream)
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            context.Response.Headers.CacheControl = "no-cache";
            return await new CompletionStream(head, request, context.Response.BodyWriter).WriteAsync(reply, context.RequestAborted);
        }

        var (body, tokens) = await CompletionReply.GatherAsync(head, request, reply);
        if (body is null)
        {
            await OpenAiError.Unavailable("The engine stopped before the reply was whole.").WriteAsync(context);
            return tokens;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
        return tokens;
    }

    /// <summary>Waits for the first token; what kept the request out otherwise.</summary>
    private async Task<OpenAiError?> FirstAsync(IAsyncEnumerator<TextToken> reply, int promptTokens, int outputTokensMax)
    {
        try
        {
            return await reply.MoveNextAsync() ? null : OpenAiError.Unavailable("The service is stopping.");
        }
        catch (RequestRefusedException refused)
        {
            return refused.Outcome == Outcome.RejectedLoad ? OpenAiError.QueueFull : TooLong(promptTokens, outputTokensMax);
        }
        catch (ArgumentException bad)
        {
            return OpenAiError.Invalid(bad.Message, "prompt");
        }
        catch (InvalidOperationException stopped)
        {
            return OpenAiError.Unavailable($"There is no reply: {stopped.Message}.");
        }
    }

    private OpenAiError TooLong(int promptTokens, int outputTokensMax) => OpenAiError.Invalid(
        $"{promptTokens} prompt tokens and {outputTokensMax} of reply exceed the context of {engine.Description.ContextTokens} or the engine's KV cache of {engine.Description.KvTokens}: shorten the prompt or lower max_tokens.",
        "max_tokens",
        "context_length_exceeded");
}
