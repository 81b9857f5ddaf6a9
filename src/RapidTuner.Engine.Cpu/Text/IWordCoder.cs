namespace RapidTuner.Engine.Cpu.Text;

/// <summary>How a tokenizer spells text with its vocabulary.</summary>
internal interface IWordCoder
{
    /// <summary>Adds the tokens of a text.</summary>
    void Encode(string text, List<int> into);

    /// <summary>UTF-8 bytes of a token of the vocabulary.</summary>
    byte[] BytesOf(string token);
}
