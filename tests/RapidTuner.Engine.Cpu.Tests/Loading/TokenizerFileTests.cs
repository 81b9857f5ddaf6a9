using System.Text;
using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;
using RapidTuner.Engine.Cpu.Loading;
using RapidTuner.Engine.Cpu.Text;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Tests.Loading;

public sealed class TokenizerFileTests
{
    private const string Pieces = """
        {"added_tokens":[{"id":1,"content":"<s>"},{"id":2,"content":"</s>"}],
         "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}]},
         "model":{"type":"BPE","byte_fallback":true,"unk_token":"<unk>","vocab":{"<unk>":0,"<s>":1,"</s>":2,"<0xC3>":3,"<0xA9>":4,"▁":5,"h":6,"i":7,"▁h":8,"▁hi":9,"hi":10},"merges":["▁ h","h i",["▁h","i"]]}}
        """;

    [Fact]
    public void Encode_ByteLevelWords_EqualsThePlainAlgorithm()
    {
        var tokenizer = Read(TestCheckpoint.ByteTokenizerJson(), out _)!;
        var rng = new Rng(4, "words");
        foreach (var text in new[] { "hello world", "hello  world\n", "aaaaaaa aaa", "Ünïcode 😀 x", "", "hell's 12345 !?", new string('a', 999) }
            .Concat(Enumerable.Range(0, 50).Select(_ => new string([.. Enumerable.Range(0, 30).Select(_ => "helo wrda'\n1"[rng.NextInt(12)])]))))
        {
            var expected = new List<int> { 267 };
            foreach (System.Text.RegularExpressions.Match word in WordSplit.Default.Matches(text))
            {
                expected.AddRange(Plainly(Encoding.UTF8.GetBytes(word.Value)));
            }

            Assert.Equal(expected, tokenizer.Encode(text));
            Assert.Equal(text, Text(tokenizer, tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void Encode_Pieces_MarksSpacesAndSpellsTheRestInBytes()
    {
        var tokenizer = Read(Pieces, out _)!;
        Assert.Equal([1, 9, 9], tokenizer.Encode("hi hi"));
        Assert.Equal([1, 5, 3, 4, 10], tokenizer.Encode("éhi"));
        Assert.Equal([1, 5, 0], tokenizer.Encode("ü"));
        Assert.Equal(" éhi", Text(tokenizer, tokenizer.Encode("éhi")));
    }

    [Fact]
    public void Encode_AMarkWithinAText_IsSpelledAsText()
    {
        var tokenizer = Read(TestCheckpoint.ByteTokenizerJson(), out _)!;
        Assert.DoesNotContain(270, tokenizer.Encode("<|eot_id|>"));
        Assert.Equal([270], tokenizer.EndTokens);
    }

    [Fact]
    public void Encode_ALongHostileWord_TakesNoLongerThanItsLength()
    {
        var tokenizer = Read(TestCheckpoint.ByteTokenizerJson(), out _)!;
        Assert.Equal(1 + (1_000_000 / 4), tokenizer.Encode(new string('a', 1_000_000)).Length);
    }

    [Fact]
    public void Encode_AConversation_IsWrittenInLlama3sMarks()
    {
        var tokenizer = Read(TestCheckpoint.ByteTokenizerJson(), out _)!;
        var tokens = tokenizer.Encode([new ChatMessage("system", " be kind "), new ChatMessage("user", "<|eot_id|>")]);
        int[] Plain(string text) => tokenizer.Encode(text)[1..];
        Assert.Equal(
            [267, 268, .. Plain("system"), 269, .. Plain("\n\n"), .. Plain("be kind"), 270, 268, .. Plain("user"), 269, .. Plain("\n\n"), .. Plain("<|eot_id|>"), 270, 268, .. Plain("assistant"), 269, .. Plain("\n\n")],
            tokens);
    }

    [Fact]
    public void Encode_AConversation_IsWrittenInChatMlAndMistralsWay()
    {
        var chatMl = Read(TestCheckpoint.ByteTokenizerJson().Replace("start_header_id", "im_start", StringComparison.Ordinal).Replace("end_header_id", "im_end", StringComparison.Ordinal), out _)!;
        int[] Plain(string text) => chatMl.Encode(text)[1..];
        Assert.Equal([267, 268, .. Plain("user\nhello"), 269, .. Plain("\n"), 268, .. Plain("assistant\n")], chatMl.Encode([new ChatMessage("user", "hello")]));

        var mistral = Read(TestCheckpoint.ByteTokenizerJson().Replace("<|start_header_id|>", "[INST]", StringComparison.Ordinal).Replace("<|end_header_id|>", "[/INST]", StringComparison.Ordinal).Replace("<|eot_id|>", "</s>", StringComparison.Ordinal), out _)!;
        Assert.Equal(
            [267, 268, .. Plain("kind\n\nhi"), 269, .. Plain("yo"), 270, 268, .. Plain("more"), 269],
            mistral.Encode([new ChatMessage("system", "kind"), new ChatMessage("user", "hi"), new ChatMessage("assistant", "yo"), new ChatMessage("user", "more")]));
    }

    [Theory]
    [InlineData("Unigram", "", "is 'Unigram'; supported: BPE")]
    [InlineData("BPE", "(a+)+$", "splits by '(a+)+$', an expression that is not known here")]
    public void Read_WhatIsUnknown_IsRefusedAndNotRun(string model, string split, string told)
    {
        Assert.Null(Read(TestCheckpoint.ByteTokenizerJson(model, split), out var found));
        Assert.Contains(told, Assert.Single(found.Found).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BadNumbersAndMerges_AreAllTold()
    {
        Read("""{"added_tokens":[{"id":99999}],"model":{"type":"BPE","vocab":{"a":-1,"b":"x","c":5000},"merges":["a","a b c",7]}}""", out var found);
        Assert.True(found.Count >= 7);
    }

    [Fact]
    public void Read_Llama3sOwnSplit_IsKnown() =>
        Assert.NotNull(Read(TestCheckpoint.ByteTokenizerJson(split: @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"), out _));

    private static ITokenizer? Read(string json, out Problems found)
    {
        using var checkpoint = new TestCheckpoint();
        checkpoint.Write("tokenizer.json", json);
        found = new Problems();
        return TokenizerFile.Read(checkpoint.File("tokenizer.json"), 1000, mistral: false, [], found);
    }

    private static string Text(ITokenizer tokenizer, int[] tokens) => Encoding.UTF8.GetString([.. tokens.SelectMany(t => tokenizer.BytesOf(t).ToArray())]);

    // The definition of byte-pair encoding: while a pair can be merged, the one of lowest rank is, leftmost first.
    private static List<int> Plainly(byte[] bytes)
    {
        using var document = JsonDocument.Parse(TestCheckpoint.ByteTokenizerJson());
        var model = document.RootElement.GetProperty("model");
        var merges = model.GetProperty("merges").EnumerateArray().Select(m => m.GetString()!).ToList();
        var symbols = bytes.Select(b => ByteCharacters.Of(b).ToString()).ToList();
        while (true)
        {
            var (rank, at) = (int.MaxValue, -1);
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                var found = merges.IndexOf($"{symbols[i]} {symbols[i + 1]}");
                if (found >= 0 && found < rank)
                {
                    (rank, at) = (found, i);
                }
            }

            if (at < 0)
            {
                return [.. symbols.Select(s => model.GetProperty("vocab").GetProperty(s).GetInt32())];
            }

            symbols[at] += symbols[at + 1];
            symbols.RemoveAt(at + 1);
        }
    }
}
