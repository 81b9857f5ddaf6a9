using System.Text;

namespace RapidTuner.Engine.Cpu.Text;

/// <summary>Turns a reply's bytes into text piece by piece: a character whose bytes are not all there waits for the next token.</summary>
internal sealed class ReplyText
{
    private readonly System.Text.Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>What <paramref name="bytes"/> add to the text.</summary>
    /// <param name="bytes">A token's bytes.</param>
    /// <param name="last">True when none follow: bytes that are no character come out as U+FFFD.</param>
    public string Add(ReadOnlySpan<byte> bytes, bool last)
    {
        var characters = new char[_decoder.GetCharCount(bytes, last)];
        return new string(characters, 0, _decoder.GetChars(bytes, characters, last));
    }
}
