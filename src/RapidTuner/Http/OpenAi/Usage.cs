using System.Text.Json.Nodes;

namespace RapidTuner.Http.OpenAi;

/// <summary>Tokens of a request.</summary>
/// <param name="PromptTokens">Tokens of its prompt.</param>
/// <param name="CompletionTokens">Tokens that were produced, those of a stop sequence included.</param>
internal readonly record struct Usage(int PromptTokens, int CompletionTokens)
{
    public JsonObject ToJson() => new()
    {
        ["prompt_tokens"] = PromptTokens,
        ["completion_tokens"] = CompletionTokens,
        ["total_tokens"] = PromptTokens + CompletionTokens,
    };
}
