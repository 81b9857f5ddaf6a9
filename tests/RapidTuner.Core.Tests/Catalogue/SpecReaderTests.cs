using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;

namespace RapidTuner.Core.Tests.Catalogue;

public sealed class SpecReaderTests
{
    private const string Good = """
        { "vendor": "amd",
          "delay_s": { "value": 1e-3, "low": 0, "high": 1, "unit": "s", "source": "test" },
          "weight": 2 }
        """;

    private static readonly SpecCatalogue Known = SpecCatalogue.Open();

    [Fact]
    public void Read_SeveralProblems_TellsAllWithTheirPositions()
    {
        const string text = """
            {
              "aliases": ["one", 2],
              "source": "test",
              "layers": 0,
              "hidden": "4096",
              "heads": 32.5,
              "kv_heads": 8,
              "head_dim": 128,
              "head_dim": 64,
              "feed_foward": 11008,
              "gated": 1,
              "vocabulary": 1e99,
              "context_tokens": 4096
            }
            """;

        Assert.Equal(
            [
                "FILE:9:3: head_dim is given twice; keep one",
                "FILE:2:22: 2 is of the wrong type; give a string in quotes",
                "FILE:4:13: 0 is out of range; give a value from 1 to 1000",
                "FILE:5:13: 4096 is of the wrong type; give a number",
                "FILE:6:12: 32.5 is no whole number; give a whole number",
                "FILE:1:1: feed_forward is missing; add it",
                "FILE:11:12: 1 is neither true nor false; give one of them",
                "FILE:12:17: 1E+99 is out of range; give a value from 256 to 10000000",
                "FILE:10:18: feed_foward is unknown; did you mean feed_forward?",
            ],
            ProblemsOf(text, path => Known.Model(path)));
    }

    [Theory]
    [InlineData("\"low\": 0,", "\"low\": 0.5,", "FILE:2:14: low 0.5, value 0.001, high 1 are out of order; give low ≤ value ≤ high")]
    [InlineData("\"low\": 0,", "\"low\": -1,", "FILE:2:38: -1 is out of range; give a value from 0 to 1 s")]
    [InlineData("\"unit\": \"s\"", "\"unit\": \"ms\"", "FILE:2:60: unit is ms; give the constant in s")]
    [InlineData("\"test\"", "\" \"", "FILE:2:75: source is empty; say where the value comes from")]
    [InlineData(" \"unit\": \"s\",", "", "FILE:2:14: unit is missing; add it")]
    [InlineData("1e-3", "1e-3x", "FILE:2:29: is no JSON: 'x' is an invalid end of a number. Expected a delimiter.; mend the syntax")]
    [InlineData("1e-3", "1e999", "FILE:2:25: 1e999 is too large; give a finite number")]
    [InlineData("\"amd\"", "\"intel\"", "FILE:1:13: \"intel\" is unknown; give one of nvidia, amd")]
    [InlineData("\"weight\": 2", "\"weight\": 7", "FILE:3:13: weight is 7; give another")]
    public void Read_WrongValue_SaysWhereAndHowToMend(string from, string to, string problem)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        Assert.Equal([problem], ProblemsOf(Good.Replace(from, to, StringComparison.Ordinal), Probe));
    }

    [Fact]
    public void Read_Good_IsTakenWhole()
    {
        using var folder = new TempFolder();
        var spec = new SpecReader(new Problems()).Read<ProbeSpec>(folder.Write("good.json", Good))!;

        Assert.Equal(("good", Vendor.Amd, 2.0), (spec.Name, spec.Vendor, spec.Weight));
        Assert.Equal(new Constant(1e-3, 0, 1, "s", "test"), spec.DelayS);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1, 2")]
    [InlineData("{} {}")]
    [InlineData("[[[[[[[[[[[[1]]]]]]]]]]]]")]
    public void Read_NoJson_SaysSo(string text) =>
        Assert.Contains("is no JSON", Assert.Single(ProblemsOf(text, Probe)), StringComparison.Ordinal);

    [Fact]
    public void Read_KeysThatContradict_SaysWhich()
    {
        var text = SpecWriter.Write(Known.Model("mixtral-8x7b") with { KvHeads = 5, ExpertsPerToken = 9 });
        var problems = ProblemsOf(text, path => Known.Model(path));

        Assert.Equal(2, problems.Length);
        Assert.EndsWith("kv_heads is 5 with 32 heads; give a divisor of heads", problems[0], StringComparison.Ordinal);
        Assert.EndsWith("experts_per_token is 9 of 8 experts; give at most experts", problems[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CostConstantLeftOut_IsThePriors()
    {
        using var folder = new TempFolder();
        var text = SpecWriter.Write(Known.Device("a100-80g"));
        var cost = text.IndexOf("\"cost\":", StringComparison.Ordinal);
        var bare = folder.Write("bare.json", text[..cost] + "\"cost\": {} }");

        Assert.NotEqual(Known.Device("a100-80g").Cost, Known.Device(bare).Cost);
        Assert.Equal(Known.Device("rtx-4090").Cost, Known.Device(bare).Cost);
    }

    [Fact]
    public void Read_FileTooLong_IsRefusedUnread()
    {
        var problem = Assert.Single(ProblemsOf(new string(' ', SourceFile.BytesMax + 1), Probe));
        Assert.Equal("FILE: is 1048577 bytes; a specification has at most 1048576", problem);
    }

    [Fact]
    public void Write_ThenRead_IsTheSame()
    {
        using var folder = new TempFolder();
        foreach (var device in Known.Devices)
        {
            var path = folder.Write($"{device.Name}.json", SpecWriter.Write(device));
            Assert.Equal(SpecWriter.Write(device), SpecWriter.Write(Known.Device(path)));
        }
    }

    private static void Probe(string path)
    {
        var problems = new Problems();
        new SpecReader(problems).Read<ProbeSpec>(path);
        problems.ThrowIfAny();
    }

    private static string[] ProblemsOf(string text, Action<string> read)
    {
        using var folder = new TempFolder();
        var path = folder.Write("broken.json", text);
        var bad = Assert.Throws<BadInputException>(() => read(path));
        return [.. bad.Problems.Found.Select(p => p.ToString().Replace(path, "FILE", StringComparison.Ordinal))];
    }
}
