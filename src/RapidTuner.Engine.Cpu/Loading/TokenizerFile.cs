using System.Text.Json;
using System.Text.RegularExpressions;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu.Text;

namespace RapidTuner.Engine.Cpu.Loading;

/// <summary>
/// Reads a <c>tokenizer.json</c> (Hugging Face): BPE, byte-level or SentencePiece-style. What it would spell differently from the tokenizer that made
/// the file is refused.
/// </summary>
internal sealed class TokenizerFile
{
    private const int TokensMax = 4_000_000;

    private readonly string _path;
    private readonly JsonElement _root;
    private readonly Problems _found;
    private readonly int _vocabularyMax;

    private TokenizerFile(string path, JsonElement root, int vocabularyMax, Problems found) =>
        (_path, _root, _vocabularyMax, _found) = (path, root, vocabularyMax, found);

    /// <summary>Reads the file at <paramref name="path"/>; null with everything wrong told.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabularyMax">Rows of the model's embedding: every token's number is below.</param>
    /// <param name="mistral">True for Mistral's architectures, whose conversations have a style of their own.</param>
    /// <param name="endTokens">Tokens that end a reply by the checkpoint's configuration.</param>
    /// <param name="found">What is wrong.</param>
    public static ITokenizer? Read(string path, int vocabularyMax, bool mistral, int[] endTokens, Problems found)
    {
        using var document = BoundedJson.Read(path, BoundedJson.TableBytesMax, found);
        if (document is null)
        {
            return null;
        }

        var own = new Problems();
        var tokenizer = new TokenizerFile(path, document.RootElement, vocabularyMax, own).Build(mistral, endTokens);
        found.AddAll(own);
        return own.Any ? null : tokenizer;
    }

    private BpeTokenizer? Build(bool mistral, int[] endTokens)
    {
        var model = _root.Member("model") ?? default;
        if (model.Text("type") is { } type ? type != "BPE" : model.Member("merges") is null)
        {
            _found.Add($"{_path}: model.type", $"is '{model.Text("type")}'", "supported: BPE");
            return null;
        }

        var ids = Ids(model);
        var marks = Marks();
        var vocabulary = new BpeVocabulary
        {
            Ids = ids,
            Merges = new MergeTable(Merges(model, ids)),
            Marks = marks,
            Begin = Begin(marks),
            WholeWords = model.Flag("ignore_merges"),
            Unknown = model.Text("unk_token") is { } unknown ? ids.TryGetValue(unknown, out var id) ? id : null : null,
        };
        var coder = Coder(vocabulary, model.Flag("byte_fallback"));
        if (_found.Any || coder is null)
        {
            return null;
        }

        string[] ends = ["<|eot_id|>", "<|im_end|>", "<|end_of_text|>", "<|endoftext|>", "</s>"];
        int[] all = [.. endTokens, .. ends.Where(marks.ContainsKey).Select(e => marks[e])];
        return new BpeTokenizer(vocabulary, coder, new ChatWriter(ChatWriter.StyleOf(vocabulary, mistral), vocabulary, coder), [.. all.Where(e => e >= 0 && e < _vocabularyMax).Distinct()]);
    }

    private Dictionary<string, int> Ids(JsonElement model)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        if (model.Member("vocab") is not { ValueKind: JsonValueKind.Object } vocab)
        {
            _found.Add($"{_path}: model.vocab", "is missing", "give a table of tokens and their numbers");
            return ids;
        }

        foreach (var token in vocab.EnumerateObject())
        {
            if (token.Value.ValueKind != JsonValueKind.Number || !token.Value.TryGetInt32(out var id) || id < 0 || id >= _vocabularyMax || ids.Count >= TokensMax)
            {
                _found.Add($"{_path}: model.vocab", $"gives {Quote(token.Name)} the number {token.Value.GetRawText()}", $"numbers are whole and below the model's vocabulary of {_vocabularyMax}");
            }
            else
            {
                ids[token.Name] = id;
            }
        }

        return ids;
    }

    private Dictionary<string, int> Marks()
    {
        var marks = new Dictionary<string, int>(StringComparer.Ordinal);
        if (_root.Member("added_tokens") is { ValueKind: JsonValueKind.Array } added)
        {
            foreach (var token in added.EnumerateArray())
            {
                if (token.Text("content") is not { } content || token.Member("id") is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt32(out var id)
                    || id < 0 || id >= _vocabularyMax)
                {
                    _found.Add($"{_path}: added_tokens", "holds an entry without content, or with an id outside the model's vocabulary", $"give ids below {_vocabularyMax}");
                }
                else
                {
                    marks[content] = id;
                }
            }
        }

        return marks;
    }

    private List<(int Left, int Right, int Merged)> Merges(JsonElement model, Dictionary<string, int> ids)
    {
        var merges = new List<(int, int, int)>();
        if (model.Member("merges") is not { ValueKind: JsonValueKind.Array } list)
        {
            _found.Add($"{_path}: model.merges", "is missing", "give a list of pairs");
            return merges;
        }

        var number = 0;
        foreach (var merge in list.EnumerateArray().Take(TokensMax))
        {
            number++;
            var pair = Pair(merge);
            if (pair is not [var left, var right] || !ids.TryGetValue(left, out var l) || !ids.TryGetValue(right, out var r) || !ids.TryGetValue(left + right, out var merged))
            {
                _found.Add($"{_path}: model.merges", $"number {number} is no pair of tokens that make a token", "fetch the file again");
                continue;
            }

            merges.Add((l, r, merged));
        }

        return merges;
    }

    private static string[]? Pair(JsonElement merge) => merge.ValueKind switch
    {
        JsonValueKind.String => merge.GetString()!.Split(' '),
        JsonValueKind.Array when merge.GetArrayLength() == 2 && merge[0].ValueKind == JsonValueKind.String && merge[1].ValueKind == JsonValueKind.String =>
            [merge[0].GetString()!, merge[1].GetString()!],
        _ => null,
    };

    // The mark that the post-processor puts before a text.
    private int? Begin(Dictionary<string, int> marks)
    {
        foreach (var part in Parts(_root.Member("post_processor"), "processors").Where(p => p.Text("type") == "TemplateProcessing"))
        {
            if (part.Member("single") is { ValueKind: JsonValueKind.Array } single && single.GetArrayLength() > 0
                && single[0].Member("SpecialToken")?.Text("id") is { } mark && marks.TryGetValue(mark, out var id))
            {
                return id;
            }
        }

        return null;
    }

    private IWordCoder? Coder(BpeVocabulary vocabulary, bool byteFallback)
    {
        var before = Parts(_root.Member("pre_tokenizer"), "pretokenizers");
        var normal = Parts(_root.Member("normalizer"), "normalizers");
        if (before.FirstOrDefault(p => p.Text("type") == "ByteLevel") is { ValueKind: JsonValueKind.Object } byteLevel)
        {
            return ByteLevel(vocabulary, before, normal, byteLevel);
        }

        if (before.Any(p => p.Text("type") != "Metaspace") || normal.Any(n => n.Text("type") is not ("Prepend" or "Replace")))
        {
            _found.Add(
                $"{_path}: pre_tokenizer", $"is {Names(before)} with the normalizer {Names(normal)}",
                "supported: ByteLevel, Split with ByteLevel, Metaspace, or none with the normalizers Prepend and Replace");
            return null;
        }

        var prefix = normal.Any(n => n.Text("type") == "Prepend") || before.Any(p => p.Text("prepend_scheme") is "always" or "first" || p.Flag("add_prefix_space"));
        return new PieceCoder(vocabulary, prefix, byteFallback);
    }

    private ByteLevelCoder? ByteLevel(BpeVocabulary vocabulary, JsonElement[] before, JsonElement[] normal, JsonElement byteLevel)
    {
        // Unicode's canonical composition is what prompts come in; anything else would change the text.
        if (before.Any(p => p.Text("type") is not ("ByteLevel" or "Split")) || normal.Any(n => n.Text("type") != "NFC"))
        {
            _found.Add($"{_path}: pre_tokenizer", $"is {Names(before)} with the normalizer {Names(normal)}", "supported: ByteLevel, or Split with ByteLevel; normalizer NFC or none");
            return null;
        }

        Regex? split = WordSplit.Default;
        foreach (var part in before.Where(p => p.Text("type") == "Split"))
        {
            var expression = part.Member("pattern")?.Text("Regex") ?? "";
            split = WordSplit.Find(expression);
            if (split is null)
            {
                _found.Add($"{_path}: pre_tokenizer", $"splits by {Quote(expression)}, an expression that is not known here", "supported: those of GPT-2, Llama 3 and Qwen");
                return null;
            }
        }

        var coder = new ByteLevelCoder(vocabulary, split, byteLevel.Flag("add_prefix_space"));
        if (coder.MissingBytes.Any())
        {
            _found.Add($"{_path}: model.vocab", $"has no token for {coder.MissingBytes.Count()} of the 256 bytes", "a byte-level vocabulary holds all of them");
        }

        return coder;
    }

    private static JsonElement[] Parts(JsonElement? element, string members) =>
        element is not { ValueKind: JsonValueKind.Object } whole ? []
        : whole.Text("type") == "Sequence" && whole.Member(members) is { ValueKind: JsonValueKind.Array } parts ? [.. parts.EnumerateArray()]
        : [whole];

    private static string Names(JsonElement[] parts) => parts.Length == 0 ? "none" : string.Join(" + ", parts.Select(p => Quote(p.Text("type") ?? "?")));

    private static string Quote(string text) => text.Length > 40 ? $"'{text[..40]}…'" : $"'{text}'";
}
