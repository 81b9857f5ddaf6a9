using System.Globalization;
using System.Text;

namespace RapidTuner.Engine.Cpu.Text;

/// <summary>SentencePiece-style BPE (Llama 2, Mistral): the whole text with U+2581 for spaces, its characters merged; what the vocabulary lacks is spelled in bytes.</summary>
internal sealed class PieceCoder(BpeVocabulary vocabulary, bool prefixSpace, bool byteFallback) : IWordCoder
{
    private const char Space = '\u2581';

    /// <inheritdoc/>
    public void Encode(string text, List<int> into)
    {
        if (text.Length == 0)
        {
            return;
        }

        var marked = (prefixSpace ? " " + text : text).Replace(' ', Space);
        var symbols = new List<int>(marked.Length);
        foreach (var rune in marked.EnumerateRunes())
        {
            Spell(rune.ToString(), symbols);
        }

        vocabulary.Merges.Merge([.. symbols], into);
    }

    /// <inheritdoc/>
    public byte[] BytesOf(string token) =>
        byteFallback && TryByte(token, out var value) ? [value] : Encoding.UTF8.GetBytes(token.Replace(Space, ' '));

    private static bool TryByte(string token, out byte value)
    {
        value = 0;
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private void Spell(string character, List<int> symbols)
    {
        if (vocabulary.Ids.TryGetValue(character, out var id))
        {
            symbols.Add(id);
            return;
        }

        int[] bytes = byteFallback ? [.. Encoding.UTF8.GetBytes(character).Select(b => vocabulary.Ids.GetValueOrDefault($"<0x{b:X2}>", -1))] : [-1];
        if (!bytes.Contains(-1))
        {
            symbols.AddRange(bytes);
        }
        else if (vocabulary.Unknown is { } unknown)
        {
            symbols.Add(unknown);
        }
    }
}
