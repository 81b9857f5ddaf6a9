using System.Text.Json;
using RapidTuner.Engine.Text;

namespace RapidTuner.Http.OpenAi;

/// <summary>
/// Reads a completion's body. Fields that would change the reply and are not served are refused by name; fields that are for the
/// client's own use (<c>user</c>, <c>metadata</c>, …) and unknown ones are passed over.
/// </summary>
internal sealed class CompletionReader
{
    private static readonly string[] Unserved = ["tools", "functions", "tool_choice", "function_call", "audio", "prediction", "web_search_options", "suffix", "logit_bias"];

    private readonly List<(string Param, string Message, string Code)> _problems = [];

    private CompletionReader()
    {
    }

    /// <summary>The request in <paramref name="body"/>, or what is wrong with it.</summary>
    public static (CompletionRequest? Request, OpenAiError? Error) Read(JsonElement body, bool chat)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return (null, OpenAiError.Invalid("The body must be a JSON object.", null, "invalid_type"));
        }

        var reader = new CompletionReader();
        var request = reader.ReadObject(body, chat);
        return reader._problems is [var first, ..]
            ? (null, OpenAiError.Invalid(string.Join(" ", reader._problems.Select(p => p.Message)), first.Param, first.Code))
            : (request, null);
    }

    private CompletionRequest ReadObject(JsonElement body, bool chat)
    {
        var request = new CompletionRequest();
        foreach (var member in body.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null)
            {
                request = Set(request, member.Name, member.Value, chat);
            }
        }

        if (request.Model.Length == 0)
        {
            Bad("model", "model is missing: give an id of /v1/models, or \"default\".", "missing_required_parameter");
        }

        if (chat ? request.Conversation is null : request.Prompt is null && request.PromptTokens is null)
        {
            var name = chat ? "messages" : "prompt";
            Bad(name, $"{name} is missing.", "missing_required_parameter");
        }

        if (request is { StreamUsage: true, Stream: false })
        {
            Bad("stream_options", "stream_options is for stream: true.");
        }

        return request;
    }

    private CompletionRequest Set(CompletionRequest request, string name, JsonElement value, bool chat)
    {
        switch (name)
        {
            case "model": return request with { Model = Text(name, value) };
            case "messages" when chat: return request with { Conversation = Messages(value) };
            case "prompt" when !chat: return Prompt(request, value);
            case "max_tokens": case "max_completion_tokens": return request with { OutputTokensMax = (int)Number(name, value, 1, int.MaxValue, whole: true) };
            case "stop": return request with { Stops = Stops(value) };
            case "stream": return request with { Stream = Flag(name, value) };
            case "stream_options": return request with { StreamUsage = value.ValueKind == JsonValueKind.Object ? value.TryGetProperty("include_usage", out var usage) && Flag("stream_options.include_usage", usage) : Flag(name, value) };
            case "temperature": return request with { Temperature = Number(name, value, 0, 2) };
            case "top_p": return request with { TopP = Number(name, value, double.Epsilon, 1) };
            case "top_k": return request with { TopK = Math.Max(0, (int)Number(name, value, -1, int.MaxValue, whole: true)) };
            case "seed": return request with { Seed = unchecked((ulong)(long)Number(name, value, long.MinValue, long.MaxValue, whole: true)) };
            case "n" or "best_of": Only(name, value, 1); return request;
            case "presence_penalty" or "frequency_penalty": Only(name, value, 0); return request;
            case "echo": Never(name, Flag(name, value)); return request;
            case "logprobs": Never(name, value.ValueKind != JsonValueKind.False); return request;
            case "top_logprobs": Only(name, value, 0); return request;
            case "response_format": Never(name, !(value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type", out var type) && Is(type, "text"))); return request;
            case "modalities": Never(name, !(value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(m => Is(m, "text")))); return request;
            default: Never(name, Unserved.Contains(name) && !IsEmpty(value)); return request;
        }
    }

    private CompletionRequest Prompt(CompletionRequest request, JsonElement value)
    {
        // A batch of one prompt is that prompt.
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && value[0].ValueKind is JsonValueKind.String or JsonValueKind.Array)
        {
            value = value[0];
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return request with { Prompt = value.GetString() };
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value.EnumerateArray().All(IsToken))
        {
            return request with { PromptTokens = [.. value.EnumerateArray().Select(t => t.GetInt32())] };
        }

        Bad("prompt", "prompt must be one text or one list of token numbers, not empty; several prompts are several requests.", "invalid_type");
        return request with { Prompt = "" };
    }

    private static bool IsToken(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var token) && token >= 0;

    private List<ChatMessage> Messages(JsonElement value)
    {
        var messages = new List<ChatMessage>();
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Bad("messages", "messages must be a list of at least one message.", "invalid_type");
            return messages;
        }

        foreach (var message in value.EnumerateArray())
        {
            var at = $"messages[{messages.Count}]";
            var role = message.ValueKind == JsonValueKind.Object && message.TryGetProperty("role", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() : null;
            if (role is not ("system" or "developer" or "user" or "assistant"))
            {
                Bad($"{at}.role", $"{at}.role must be system, developer, user or assistant.");
            }

            var content = message.ValueKind == JsonValueKind.Object && message.TryGetProperty("content", out var text) ? Content($"{at}.content", text) : Content($"{at}.content", default);
            messages.Add(new ChatMessage(role == "developer" ? "system" : role ?? "", content));
        }

        return messages;
    }

    private string Content(string at, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString()!;
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(IsText))
        {
            return string.Concat(value.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
        }

        Bad(at, $"{at} must be a text, or a list of parts of type text.", "invalid_type");
        return "";
    }

    private static bool IsText(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && Is(type, "text")
        && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String;

    private static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private IReadOnlyList<string> Stops(JsonElement value)
    {
        var all = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value };
        if (all.Length > CompletionRequest.StopsMax || !all.All(s => s.ValueKind == JsonValueKind.String && s.GetString() is { Length: > 0 and <= CompletionRequest.StopCharsMax }))
        {
            Bad("stop", $"stop must be a text or at most {CompletionRequest.StopsMax} of them, each of 1 to {CompletionRequest.StopCharsMax} characters.");
            return [];
        }

        return [.. all.Select(s => s.GetString()!)];
    }

    private string Text(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString()!;
        }

        Bad(name, $"{name} must be a text.", "invalid_type");
        return "?";
    }

    private bool Flag(string name, JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Bad(name, $"{name} must be true or false.", "invalid_type");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    private double Number(string name, JsonElement value, double min, double max, bool whole = false)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max && (!whole || value.TryGetInt64(out _)))
        {
            return number;
        }

        var range = min == double.Epsilon ? $"above 0 to {max}" : max >= int.MaxValue ? $"{(min < 0 ? "in 64 bits" : $"from {min}")}" : $"from {min} to {max}";
        Bad(name, $"{name} must be a {(whole ? "whole number" : "number")} {range}.");
        return Math.Max(min, 1);
    }

    private void Only(string name, JsonElement value, double served)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) || number != served)
        {
            Bad(name, $"{name} must be {served}: nothing else is served.", "unsupported_value");
        }
    }

    private void Never(string name, bool asked)
    {
        if (asked)
        {
            Bad(name, $"{name} is not served; leave it out.", "unsupported_parameter");
        }
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.String => value.ValueEquals("none") || value.ValueEquals("auto") || value.ValueEquals(""),
        _ => value.ValueKind == JsonValueKind.False,
    };

    private void Bad(string param, string message, string code = "invalid_value") => _problems.Add((param, message, code));
}
