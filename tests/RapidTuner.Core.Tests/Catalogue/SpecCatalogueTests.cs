using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Core.Tests.Catalogue;

public sealed class SpecCatalogueTests
{
    private static readonly SpecCatalogue Known = SpecCatalogue.Open();

    public static TheoryData<string> Devices => [.. "mi300x mi210 mi250x-gcd mi355x a100-80g h100 h200 gh200 l20 l40s a40 rtx-4090 rtx-pro-6000".Split(' ')];

    public static TheoryData<string> Models =>
    [
        .. "llama-3.1-8b llama-3.1-70b qwen2.5-3b qwen2.5-7b qwen2.5-14b qwen2.5-32b qwen3-32b qwen3-30b-a3b mixtral-8x7b mistral-7b gpt-oss-120b".Split(' '),
        .. "llama-7b llama-13b llama-30b llama-65b llama-2-7b llama-2-70b llama-3-8b llama-3-70b codellama-34b internlm-20b phi-2 qwen-72b".Split(' '),
    ];

    [Theory]
    [MemberData(nameof(Devices))]
    public void Device_EveryNameOfTheContract_IsThere(string name) => Assert.Equal(name, Known.Device(name).Name);

    [Theory]
    [MemberData(nameof(Models))]
    public void Model_EveryNameOfTheContract_IsThere(string name) => Assert.Equal(name, Known.Model(name).Name);

    [Theory]
    [InlineData("graphs")]
    [InlineData("vllm-eager")]
    [InlineData("vllm-0.19")]
    public void Stack_EveryNameOfTheContract_IsThere(string name) => Assert.Equal(name, Known.Stack(name).Name);

    [Theory]
    [InlineData("A100-80GB-SXM", "a100-80g")]
    [InlineData("a100-80gb", "a100-80g")]
    [InlineData("RTXPRO6000", "rtx-pro-6000")]
    [InlineData("MI300X", "mi300x")]
    public void Device_AliasInAnyCase_Resolves(string alias, string name) => Assert.Equal(name, Known.Device(alias).Name);

    [SharedFact]
    public void FindDevice_EveryGpuOfTheTables_ButThoseOfEndToEndAlone_Resolves() =>
        Assert.All(TableNames("gpu"), name => Assert.True(Known.FindDevice(name) is not null, name));

    [SharedFact]
    public void FindModel_EveryModelOfTheTables_ButThoseOfEndToEndAlone_Resolves() =>
        Assert.All(TableNames("model"), name => Assert.True(Known.FindModel(name) is not null, name));

    [Fact]
    public void Device_Unknown_ListsTheKnownAndSuggestsTheNearest()
    {
        var bad = Assert.Throws<BadInputException>(() => Known.Device("mi330x"));

        Assert.StartsWith("device: \"mi330x\" is unknown; did you mean mi300x? known: a100-80g, a40, ", bad.Message, StringComparison.Ordinal);
        Assert.All(Known.Devices, d => Assert.Contains(d.Name, bad.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Model_NearAnAlias_SuggestsItsName()
    {
        var bad = Assert.Throws<BadInputException>(() => Known.Model("Mixtral-8x7B-v0.2"));
        Assert.Contains("did you mean mixtral-8x7b?", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Device_Path_IsReadAndNamedAfterItsFile()
    {
        using var folder = new TempFolder();
        var path = folder.Write("mine.json", SpecWriter.Write(Known.Device("h100") with { Units = 100 }));

        Assert.Equal(("mine", 100), (Known.Device(path).Name, Known.Device(path).Units));
    }

    [Fact]
    public void Device_PathThatIsNotThere_SaysSo()
    {
        var bad = Assert.Throws<BadInputException>(() => Known.Device("no/such/device.json"));
        Assert.StartsWith("no/such/device.json: cannot be read", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MoreFolders_AddAndReplace()
    {
        using var folder = new TempFolder();
        folder.Write("devices/h100.json", SpecWriter.Write(Known.Device("h100") with { Units = 100, Aliases = ["H100-odd"] }));
        folder.Write("devices/mine.json", SpecWriter.Write(Known.Device("a40") with { Aliases = [] }));

        var more = SpecCatalogue.Open(folder.Path);

        Assert.Equal(100, more.Device("h100-odd").Units);
        Assert.Equal(84, more.Device("mine").Units);
        Assert.Null(more.FindDevice("H100-SXM"));
        Assert.Equal(Known.Devices.Count + 1, more.Devices.Count);
    }

    [Fact]
    public void Open_AliasOfTwo_IsAProblem()
    {
        using var folder = new TempFolder();
        folder.Write("devices/mine.json", SpecWriter.Write(Known.Device("a40") with { Aliases = ["H200"] }));

        var bad = Assert.Throws<BadInputException>(() => SpecCatalogue.Open(folder.Path));

        Assert.Contains("H200 means both h200 and mine", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FolderThatIsNotThere_SaysWhatItShouldHold()
    {
        var bad = Assert.Throws<BadInputException>(() => SpecCatalogue.Open("/no/such/folder"));
        Assert.Contains("/no/such/folder: is no folder; give a folder that holds devices/", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constants_All_HaveASource() =>
        Assert.All(
            Known.Devices.SelectMany(d => SpecConstants.Of(d)).Concat(Known.Stacks.SelectMany(s => SpecConstants.Of(s))),
            c => Assert.True(c.Value.Source.Length > 3 && c.Value.Low <= c.Value.Value && c.Value.Value <= c.Value.High, c.Key));

    private static string[] TableNames(string column)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(SharedData.PathOf("calibration"), "*.csv"))
        {
            if (Path.GetFileName(file) is "end-to-end.csv" or "published-facts.csv")
            {
                continue;
            }

            using var lines = File.OpenText(file);
            var at = Array.IndexOf(lines.ReadLine()!.Split(','), column);
            while (at >= 0 && lines.ReadLine() is { } line)
            {
                names.Add(line.Split(',')[at]);
            }
        }

        names.Remove("");
        return [.. names];
    }
}
