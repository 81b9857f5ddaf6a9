using RapidTuner.Core.Errors;
using RapidTuner.Serving;

namespace RapidTuner.Tests.Serving;

public class ServeOptionsFileTests
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
        Assert.Contains(found.Found, p => p.Where.EndsWith("load") && p.Mend.Contains("string"));
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

    private static (ServeOptions Options, Problems Found) Read(string json)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, json);
            var found = new Problems();
            return (ServeOptionsFile.Read(path, new ServeOptions(), found), found);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
