using System.Text;
using System.Text.Json.Nodes;
using RapidTuner.Engine.Text;

namespace RapidTuner.Http.OpenAi;

/// <summary>A reply in one piece.</summary>
internal static class CompletionReply
{
    /// <summary>Gathers a reply, whose first token is there already; null when the engine stopped before its end.</summary>
    public static async Task<(JsonObject? Body, int Tokens)> GatherAsync(ReplyHead head, CompletionRequest request, IAsyncEnumerator<TextToken> reply)
    {
        var stops = new StopScan(request.Stops);
        var text = new StringBuilder();
        TextToken token;
        do
        {
            token = reply.Current;
            text.Append(stops.Take(token.Text, token.End != ReplyEnd.None));
        }
        while (!stops.Found && token.End == ReplyEnd.None && await reply.MoveNextAsync());

        var whole = stops.Found || token.End != ReplyEnd.None;
        return (whole ? Body(head, text.ToString(), ReplyHead.FinishReason(stops.Found || token.End == ReplyEnd.Stop), token.Index) : null, token.Index);
    }

    private static JsonObject Body(ReplyHead head, string text, string finish, int tokens)
    {
        var choice = new JsonObject { ["index"] = 0 };
        if (head.Chat)
        {
            choice["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text, ["refusal"] = null };
        }
        else
        {
            choice["text"] = text;
        }

        choice["logprobs"] = null;
        choice["finish_reason"] = finish;
        return new JsonObject
        {
            ["id"] = head.Id,
            ["object"] = head.Chat ? "chat.completion" : "text_completion",
            ["created"] = head.CreatedS,
            ["model"] = head.Model,
            ["choices"] = new JsonArray(choice),
            ["usage"] = new Usage(head.PromptTokens, tokens).ToJson(),
        };
    }
}
