using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Text;

/// <summary>Text to tokens and back.</summary>
internal interface ITokenizer
{
    /// <summary>Tokens that end a reply.</summary>
    int[] EndTokens { get; }

    /// <summary>Tokens of a plain prompt, with the mark of its beginning where the model has one; at least one.</summary>
    int[] Encode(string prompt);

    /// <summary>Tokens of a conversation under the model's chat template, up to where the reply begins.</summary>
    int[] Encode(IReadOnlyList<ChatMessage> conversation);

    /// <summary>UTF-8 bytes that a token stands for; none for marks.</summary>
    ReadOnlySpan<byte> BytesOf(int token);
}
