using System.Text;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Text;

/// <summary>
/// The generated model's tokenizer: a token per byte of UTF-8, and marks for the beginning of a text, its end, and the turns of a conversation. A text can not
/// spell a mark.
/// </summary>
public sealed class ByteTokenizer : ITokenizer
{
    /// <summary>Bytes, and four marks.</summary>
    public const int Vocabulary = 256 + 4;

    private const int Begin = 256;
    private const int End = 257;
    private const int TurnBegin = 258;
    private const int TurnEnd = 259;

    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 256).Select(b => (byte)b)];

    int[] ITokenizer.EndTokens => [End, TurnEnd];

    /// <inheritdoc/>
    public int[] Encode(string prompt) => [Begin, .. Plain(prompt)];

    /// <inheritdoc/>
    public int[] Encode(IReadOnlyList<ChatMessage> conversation)
    {
        var tokens = new List<int> { Begin };
        foreach (var message in conversation)
        {
            tokens.Add(TurnBegin);
            tokens.AddRange(Plain($"{message.Role}\n{message.Content}"));
            tokens.Add(TurnEnd);
        }

        tokens.Add(TurnBegin);
        tokens.AddRange(Plain("assistant\n"));
        return [.. tokens];
    }

    ReadOnlySpan<byte> ITokenizer.BytesOf(int token) => token < 256 ? Bytes.AsSpan(token, 1) : [];

    private static IEnumerable<int> Plain(string text) => Encoding.UTF8.GetBytes(text).Select(b => (int)b);
}
