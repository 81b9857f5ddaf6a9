using RapidTuner.Engine.Text;

namespace RapidTuner.Http.OpenAi;

/// <summary>A body of <c>/v1/completions</c> or <c>/v1/chat/completions</c>, checked.</summary>
internal sealed record CompletionRequest
{
    /// <summary>Tokens of a completion that names no bound (OpenAI's default).</summary>
    public const int TextTokensDefault = 16;

    /// <summary>Tokens of a chat reply that names no bound. Chosen: a page of text; OpenAI bounds it by the context alone.</summary>
    public const int ChatTokensDefault = 256;

    /// <summary>Most stop sequences (OpenAI's bound).</summary>
    public const int StopsMax = 4;

    /// <summary>Most characters of a stop sequence. Chosen: no text's end is longer.</summary>
    public const int StopCharsMax = 1000;

    /// <summary>Id of a model, or "default".</summary>
    public string Model { get; init; } = "";

    /// <summary>The conversation; null when the prompt is text or tokens.</summary>
    public IReadOnlyList<ChatMessage>? Conversation { get; init; }

    /// <summary>The prompt as text; null when it is a conversation or tokens.</summary>
    public string? Prompt { get; init; }

    /// <summary>The prompt as tokens; null when it is text.</summary>
    public int[]? PromptTokens { get; init; }

    /// <summary>Most tokens to produce; null when the request does not say.</summary>
    public int? OutputTokensMax { get; init; }

    /// <summary>Sequences that end the reply and are not part of it.</summary>
    public IReadOnlyList<string> Stops { get; init; } = [];

    /// <summary>True: server-sent events, one a token.</summary>
    public bool Stream { get; init; }

    /// <summary>True: one more event with the usage.</summary>
    public bool StreamUsage { get; init; }

    /// <summary>0 to 2, default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Above 0 to 1, default 1.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Likeliest tokens that are drawn from; 0 for all, the default. An extension that vLLM and others serve.</summary>
    public int TopK { get; init; }

    /// <summary>Seed of the sampling; null: one of the service's own.</summary>
    public ulong? Seed { get; init; }

    public bool IsChat => Conversation is not null;
}
