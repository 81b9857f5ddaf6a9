using System.Text.RegularExpressions;

namespace RapidTuner.Engine.Cpu.Text;

/// <summary>
/// How byte-level tokenizers cut a text into words. A file's own expression is never run, since it could be one that takes for ever: it only chooses among those
/// that are known. Characters outside the basic plane count as signs here, letters or not.
/// </summary>
internal static partial class WordSplit
{
    private const string Gpt2Text = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Llama3Text = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string QwenText = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly Dictionary<string, Regex> Known = new(StringComparer.Ordinal)
    {
        [Gpt2Text] = Gpt2(),
        [Llama3Text] = Llama3(),
        [QwenText] = Qwen(),
    };

    /// <summary>GPT-2's, which a tokenizer without an expression of its own uses.</summary>
    public static Regex Default => Known[Gpt2Text];

    /// <summary>The expression of a file, when it is one of the known.</summary>
    public static Regex? Find(string expression) => Known.GetValueOrDefault(expression);

    [GeneratedRegex(Gpt2Text, RegexOptions.CultureInvariant)]
    private static partial Regex Gpt2();

    [GeneratedRegex(Llama3Text, RegexOptions.CultureInvariant)]
    private static partial Regex Llama3();

    [GeneratedRegex(QwenText, RegexOptions.CultureInvariant)]
    private static partial Regex Qwen();
}
