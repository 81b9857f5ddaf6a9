using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Text;

/// <summary>A checkpoint's tokenizer.</summary>
internal sealed class BpeTokenizer : ITokenizer
{
    private readonly BpeVocabulary _vocabulary;
    private readonly IWordCoder _coder;
    private readonly ChatWriter _chat;
    private readonly byte[][] _bytes;

    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="coder">How it spells.</param>
    /// <param name="chat">How conversations are written.</param>
    /// <param name="endTokens">Tokens that end a reply.</param>
    public BpeTokenizer(BpeVocabulary vocabulary, IWordCoder coder, ChatWriter chat, int[] endTokens)
    {
        (_vocabulary, _coder, _chat, EndTokens) = (vocabulary, coder, chat, endTokens);
        _bytes = new byte[vocabulary.Ids.Values.Concat(vocabulary.Marks.Values).DefaultIfEmpty(0).Max() + 1][];
        Array.Fill(_bytes, []);
        foreach (var (token, id) in vocabulary.Ids)
        {
            _bytes[id] = coder.BytesOf(token);
        }

        foreach (var id in vocabulary.Marks.Values)
        {
            _bytes[id] = [];
        }
    }

    /// <inheritdoc/>
    public int[] EndTokens { get; }

    /// <inheritdoc/>
    public int[] Encode(string prompt)
    {
        var tokens = new List<int>();
        if (_vocabulary.Begin is { } begin)
        {
            tokens.Add(begin);
        }

        _coder.Encode(prompt, tokens);
        if (tokens.Count == 0)
        {
            // An empty prompt without a mark of beginning: the reply needs something to follow.
            tokens.Add(EndTokens.Length > 0 ? EndTokens[0] : 0);
        }

        return [.. tokens];
    }

    /// <inheritdoc/>
    public int[] Encode(IReadOnlyList<ChatMessage> conversation) => _chat.Write(conversation);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> BytesOf(int token) => (uint)token < (uint)_bytes.Length ? _bytes[token] : [];
}
