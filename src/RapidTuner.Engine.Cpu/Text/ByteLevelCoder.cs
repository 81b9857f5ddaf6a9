using System.Text;
using System.Text.RegularExpressions;

namespace RapidTuner.Engine.Cpu.Text;

/// <summary>Byte-level BPE (GPT-2, Llama 3, Qwen): words of a text, their bytes, merged.</summary>
internal sealed class ByteLevelCoder(BpeVocabulary vocabulary, Regex split, bool prefixSpace) : IWordCoder
{
    private readonly int[] _ofByte = [.. Enumerable.Range(0, 256).Select(b => vocabulary.Ids.GetValueOrDefault(ByteCharacters.Of((byte)b).ToString(), -1))];

    /// <summary>Bytes that the vocabulary has no token for.</summary>
    public IEnumerable<int> MissingBytes => Enumerable.Range(0, 256).Where(b => _ofByte[b] < 0);

    /// <inheritdoc/>
    public void Encode(string text, List<int> into)
    {
        if (prefixSpace && text.Length > 0 && text[0] != ' ')
        {
            text = " " + text;
        }

        var at = 0;
        foreach (var match in split.EnumerateMatches(text))
        {
            Word(text.AsSpan(at, match.Index - at), into);
            Word(text.AsSpan(match.Index, match.Length), into);
            at = match.Index + match.Length;
        }

        Word(text.AsSpan(at), into);
    }

    /// <inheritdoc/>
    public byte[] BytesOf(string token)
    {
        var bytes = new List<byte>();
        foreach (var character in token)
        {
            if (ByteCharacters.TryByte(character, out var value))
            {
                bytes.Add(value);
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes([character]));
            }
        }

        return [.. bytes];
    }

    private void Word(ReadOnlySpan<char> word, List<int> into)
    {
        if (word.IsEmpty)
        {
            return;
        }

        var bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        if (vocabulary.WholeWords && vocabulary.Ids.TryGetValue(string.Concat(bytes.Select(ByteCharacters.Of)), out var whole))
        {
            into.Add(whole);
            return;
        }

        vocabulary.Merges.Merge([.. bytes.Select(b => _ofByte[b])], into);
    }
}
