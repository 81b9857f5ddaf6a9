namespace RapidTuner.Engine.Text;

/// <summary>An engine as an API of text sees it: its tokenizer, and replies as streams of text.</summary>
public interface ITokenEngine
{
    /// <summary>Tokens of a plain prompt, with whatever marks its beginning; at least one.</summary>
    int[] Encode(string prompt);

    /// <summary>Tokens of a conversation under the model's chat template, up to where the reply begins; at least one.</summary>
    int[] Encode(IReadOnlyList<ChatMessage> conversation);

    /// <summary>
    /// Submits a prompt and streams its reply as it is computed. Pieces may be empty (a token can end inside a character); the last one
    /// has <see cref="TextToken.End"/> set. Cancelling frees its place at the next step boundary.
    /// </summary>
    /// <exception cref="RequestRefusedException">The request is too long, or the queue is full.</exception>
    /// <exception cref="InvalidOperationException">The engine has stopped.</exception>
    IAsyncEnumerable<TextToken> GenerateAsync(TextRequest request, CancellationToken cancel);
}
