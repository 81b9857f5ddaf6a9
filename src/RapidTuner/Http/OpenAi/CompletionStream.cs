using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RapidTuner.Engine.Text;

namespace RapidTuner.Http.OpenAi;

/// <summary>
/// Streams a reply as server-sent events: exactly one a token, the last with its finish reason; then the usage when asked; then <c>[DONE]</c>.
/// What is the same in every event is encoded once.
/// </summary>
internal sealed class CompletionStream
{
    private static readonly byte[] EventEnd = "\n\n"u8.ToArray();

    private readonly ReplyHead _head;
    private readonly CompletionRequest _request;
    private readonly PipeWriter _to;
    private readonly byte[] _before;
    private readonly byte[] _after;

    public CompletionStream(ReplyHead head, CompletionRequest request, PipeWriter to)
    {
        _head = head;
        _request = request;
        _to = to;
        _before = Encoding.UTF8.GetBytes($"data: {Start()},\"choices\":[{{\"index\":0,{(head.Chat ? "\"delta\":{\"content\":" : "\"text\":")}");
        _after = Encoding.UTF8.GetBytes($"{(head.Chat ? "}" : "")},\"logprobs\":null,\"finish_reason\":null}}]{(request.StreamUsage ? ",\"usage\":null" : "")}}}");
    }

    /// <summary>Writes all events of <paramref name="reply"/>, whose first token is there already.</summary>
    /// <returns>Tokens produced.</returns>
    public async Task<int> WriteAsync(IAsyncEnumerator<TextToken> reply, CancellationToken cancel)
    {
        var stops = new StopScan(_request.Stops);
        int tokens;
        bool ended;
        do
        {
            var token = reply.Current;
            var text = stops.Take(token.Text, token.End != ReplyEnd.None);
            ended = stops.Found || token.End != ReplyEnd.None;
            tokens = token.Index;
            WriteToken(text, tokens == 1, ended ? ReplyHead.FinishReason(stops.Found || token.End == ReplyEnd.Stop) : null);
            await _to.FlushAsync(cancel);
        }
        while (!ended && await reply.MoveNextAsync());

        if (!ended)
        {
            _to.Write(Encoding.UTF8.GetBytes($"data: {OpenAiError.Unavailable("The engine stopped before the reply was whole.").ToJson().ToJsonString()}\n\n"));
            await _to.FlushAsync(cancel);
            return tokens;
        }

        if (_request.StreamUsage)
        {
            _to.Write(Encoding.UTF8.GetBytes($"data: {Start()},\"choices\":[],\"usage\":{new Usage(_head.PromptTokens, tokens).ToJson().ToJsonString()}}}\n\n"));
        }

        _to.Write("data: [DONE]\n\n"u8);
        await _to.FlushAsync(cancel);
        return tokens;
    }

    private void WriteToken(string text, bool first, string? finish)
    {
        _to.Write(_before);
        var encoded = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
        _to.Write("\""u8);
        _to.Write(encoded);
        _to.Write("\""u8);
        if (first && _head.Chat)
        {
            _to.Write(",\"role\":\"assistant\""u8);
        }

        if (finish is null)
        {
            _to.Write(_after);
        }
        else
        {
            _to.Write(Encoding.UTF8.GetBytes($"{(_head.Chat ? "}" : "")},\"logprobs\":null,\"finish_reason\":\"{finish}\"}}]{(_request.StreamUsage ? ",\"usage\":null" : "")}}}"));
        }

        _to.Write(EventEnd);
    }

    private string Start() =>
        $"{{\"id\":\"{_head.Id}\",\"object\":\"{(_head.Chat ? "chat.completion.chunk" : "text_completion")}\",\"created\":{_head.CreatedS},\"model\":{JsonSerializer.Serialize(_head.Model)}";
}
