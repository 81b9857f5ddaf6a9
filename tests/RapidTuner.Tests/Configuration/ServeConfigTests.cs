using RapidTuner.Configuration;
using RapidTuner.Core.Errors;
using RapidTuner.Serving;

namespace RapidTuner.Tests.Configuration;

public class ServeConfigTests
{
    [Fact]
    public void Read_KnownKeys_OverrideDefaults()
    {
        var (options, found) = Read("""{ "device": "h200", "tp": 2, "queue_max": 7, "rate": 1.5, /* why */ "load": "none", }""");

        Assert.False(found.Any);
        Assert.Equal("h200", options.Device);
        Assert.Equal(2, options.Tp);
        Assert.Equal(7, options.QueueMax);
        Assert.Equal(1.5, options.Rate);
        Assert.Equal("none", options.Load);
        Assert.Equal("llama-3.1-70b", options.Model);
    }

    [Fact]
    public void Read_UnknownKeyAndWrongTypes_TellsAllAtOnce()
    {
        var (_, found) = Read("""{ "devise": "h200", "tp": "two", "load": 3 }""");

        Assert.Equal(3, found.Count);
        Assert.Contains(found.Found, p => p.Where.EndsWith("devise"));
        Assert.Contains(found.Found, p => p.Where.EndsWith("tp") && p.Mend.Contains("whole number"));
        Assert.Contains(found.Found, p => p.Where.EndsWith("load") && p.Mend.Contains("a workload file"));
    }

    [Fact]
    public void Read_BrokenJson_TellsLineAndColumn()
    {
        var (_, found) = Read("{\n  \"tp\": }");

        Assert.Contains(":2:", Assert.Single(found.Found).Where);
    }

    [Fact]
    public void Read_WrongValues_TellsLineAndColumnOfEachKey()
    {
        var (options, found) = Read("{\n  \"device\": \"h200\",\n    \"seed\": -1, \"nope\": {\"seed\": 2} }");

        Assert.Equal("h200", options.Device);
        Assert.Equal(1ul, options.Seed);
        Assert.EndsWith(":3:5: seed", found.Found[0].Where);
        Assert.EndsWith(":3:17: nope", found.Found[1].Where);
    }

    [Fact]
    public void Read_ByteOrderMarkAndLargeSeed_IsRead()
    {
        var (options, found) = Read("\uFEFF{ \"seed\": 9000000000 }");

        Assert.False(found.Any);
        Assert.Equal(9_000_000_000ul, options.Seed);
    }

    [Fact]
    public void Read_Environment_OverridesTheFile()
    {
        var (options, found) = Read("""{ "device": "h200", "tp": 2 }""", ("RAPIDTUNER__TP", "4"), ("RAPIDTUNER__ALLOWED_HOSTS", "a.example;b.example"), ("OTHER", "x"));

        Assert.False(found.Any);
        Assert.Equal(("h200", 4), (options.Device, options.Tp));
        Assert.Equal(["a.example", "b.example"], options.AllowedHosts);
    }

    [Fact]
    public void Read_WrongVariables_AreNamed()
    {
        var (_, found) = Read("{}", ("RAPIDTUNER__TP", "two"), ("RAPIDTUNER__DEVISE", "h100"));

        Assert.Equal(["RAPIDTUNER__DEVISE", "RAPIDTUNER__TP"], found.Found.Select(p => p.Where));
        Assert.Contains("the nearest is device", found.Found[0].Mend);
        Assert.Contains("such as 2", found.Found[1].Mend);
    }

    [Fact]
    public void Check_OutOfRange_SaysKeyValueAllowedAndExampleAtItsPlace()
    {
        var found = new Problems();
        var config = ServeConfig.Read(null, [new("RAPIDTUNER__TP", "99"), new("RAPIDTUNER__LOG_LEVEL", "loud")], found);
        ServeKeys.CheckRanges(config.Options, config.Where, found);

        Assert.Equal(
            ["RAPIDTUNER__TP: is 99; give a whole number from 1 to 8, such as 2", "RAPIDTUNER__LOG_LEVEL: is \"loud\"; give debug, information, warning, error, none, such as \"information\""],
            found.Found.Select(p => p.ToString()));
    }

    [Fact]
    public void Defaults_AreInRange_AndExamplesAreAllowed() => Assert.All(ServeKeys.All, key =>
    {
        Assert.True(key.InRange(new ServeOptions()), key.Name);
        var example = key.Set(new ServeOptions(), System.Text.Json.JsonElement.Parse(key.Example));
        Assert.True(example is not null && key.InRange(example), key.Name);
        Assert.Equal(key.Example, key.Get(example!).GetRawText());
    });

    [Fact]
    public void Keys_CoverEveryOption() => Assert.Equal(
        typeof(ServeOptions).GetProperties().Concat(typeof(Telemetry.Store.Retention).GetProperties())
            .Select(p => p.Name).Except(["EqualityContract", nameof(ServeOptions.Retention)]).Select(n => n.ToUpperInvariant()).Order(),
        ServeKeys.All.Select(k => k.Name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant()).Order());

    [Fact]
    public void Over_CommandLine_WinsAndIsNamed()
    {
        var config = ServeConfig.Read(null, [new("RAPIDTUNER__TP", "4")], new Problems()).Over("--tp", (int?)9, (o, v) => o with { Tp = v });

        Assert.Equal((9, "--tp"), (config.Options.Tp, config.Where("tp")));
    }

    [Fact]
    public void ReferencePage_IsTheOneInTheDocuments() =>
        Assert.True(
            File.ReadAllText(Path.Combine(RapidTuner.Tests.Shared.SharedData.Root, "docs", "configuration-reference.md")) == ReferencePage.Text(),
            "run `rapidtuner config reference > docs/configuration-reference.md`");

    private static (ServeOptions Options, Problems Found) Read(string json, params (string Name, string Value)[] environment)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, json);
            var found = new Problems();
            return (ServeConfig.Read(path, environment.Select(v => KeyValuePair.Create(v.Name, v.Value)), found).Options, found);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
