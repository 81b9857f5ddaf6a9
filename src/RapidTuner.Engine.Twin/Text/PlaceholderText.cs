using System.Runtime.CompilerServices;
using System.Text;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Twin.Text;

/// <summary>
/// Text for an engine that computes times only: prompts are counted, replies are numbered placeholders (" t1 t2 t3") at the engine's pace.
/// Sampling is of no consequence, since nothing is drawn.
/// </summary>
/// <param name="engine">The engine whose pace it is.</param>
public sealed class PlaceholderText(IEngine engine) : ITokenEngine
{
    /// <summary>UTF-8 bytes per prompt token. Chosen: English text under the tokenizers of the catalogue's models has about 4.</summary>
    public const int BytesPerToken = 4;

    /// <summary>Tokens that a chat template adds per message. Chosen: Llama 3's header and end mark are 5.</summary>
    public const int TokensPerMessage = 5;

    /// <inheritdoc/>
    public int[] Encode(string prompt) => new int[Math.Max(1, TokensOf(prompt))];

    /// <inheritdoc/>
    public int[] Encode(IReadOnlyList<ChatMessage> conversation) =>
        new int[Math.Max(1, conversation.Sum(m => TokensOf(m.Content) + TokensPerMessage))];

    /// <inheritdoc/>
    public async IAsyncEnumerable<TextToken> GenerateAsync(TextRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var token in engine.SubmitAsync(new GenerationRequest(request.Prompt.Length, request.OutputTokensMax), cancel))
        {
            // The twin's replies have no end of their own: the bound is what ends them.
            yield return new TextToken(token.Index, $" t{token.Index}", token.AtS, token.Last ? ReplyEnd.Length : ReplyEnd.None);
        }
    }

    private static int TokensOf(string text) => (Encoding.UTF8.GetByteCount(text) + BytesPerToken - 1) / BytesPerToken;
}
