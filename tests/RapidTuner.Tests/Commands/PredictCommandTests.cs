using System.Text.Json.Nodes;

namespace RapidTuner.Tests.Commands;

public class PredictCommandTests
{
    [Fact]
    public async Task Run_Json_HasTheContractsFields()
    {
        var run = await ProgramRun.Of("predict", "--device", "h200", "--model", "llama-3.1-8b", "--phase", "decode", "--batch", "32", "--context", "1000", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        var json = JsonNode.Parse(run.Out)!.AsObject();
        Assert.InRange(json["twin_s"]!.GetValue<double>(), 0.003, 0.02);
        var champion = json["champion"]!;
        double Of(string name) => champion[name]!.GetValue<double>();
        Assert.True(Of("low_s") < Of("p50_s") && Of("p50_s") < Of("p95_s") && Of("p95_s") <= Of("high_s"));
        Assert.InRange(Of("p50_s") / json["twin_s"]!.GetValue<double>(), 0.9, 1.1);
        Assert.Equal("exact", champion["kind"]!.GetValue<string>());
    }

    [Fact]
    public async Task Run_DeviceWithoutAChampion_GivesTheNearestWithWiderInterval()
    {
        var own = await Champion("h200", "graphs");
        var other = await Champion("h100", "graphs");
        Assert.Equal("nearest", other!["kind"]!.GetValue<string>());
        Assert.True(Width(other) > 1.5 * Width(own!));
        Assert.Null(await Champion("h200", "vllm-0.19"));

        static double Width(JsonNode of) => of["high_s"]!.GetValue<double>() / of["low_s"]!.GetValue<double>();
        static async Task<JsonNode?> Champion(string device, string stack) => JsonNode.Parse(
            (await ProgramRun.Of("predict", "--device", device, "--model", "llama-3.1-8b", "--phase", "prefill", "--tokens", "2048", "--stack", stack, "--json")).Out)!["champion"];
    }

    [Fact]
    public async Task Run_LessShareOrABusyNeighbour_IsSlower()
    {
        var alone = await TwinS("--share", "1");
        var half = await TwinS("--share", "0.5");
        var beside = await TwinS("--share", "0.5", "--beside-share", "0.5", "--beside-batch", "64", "--beside-tokens", "2000");
        Assert.True(alone < half && half < beside, $"{alone} {half} {beside}");

        static async Task<double> TwinS(params string[] more) => JsonNode.Parse(
            (await ProgramRun.Of(["predict", "--phase", "prefill", "--tokens", "2048", "--json", .. more])).Out)!["twin_s"]!.GetValue<double>();
    }

    [Fact]
    public async Task Run_BesideDecode_IsAPrefillOfSequencesTimesNewTokens()
    {
        var alone = await TwinS();
        var oneLong = await TwinS("--beside-batch", "1", "--beside-tokens", "2048", "--beside-share", "0.5");
        var fourShort = await TwinS("--beside-batch", "4", "--beside-tokens", "512", "--beside-share", "0.5");
        var refused = await ProgramRun.Of("predict", "--phase", "decode", "--beside-share", "0.5", "--beside-batch", "100000", "--beside-tokens", "1000000");
        Assert.InRange(oneLong / alone, 1.02, 2);
        Assert.Equal(1, fourShort / oneLong, 0.03);
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("--beside-tokens: is 1000000 for each of 100000 sequences", refused.Error, StringComparison.Ordinal);

        static async Task<double> TwinS(params string[] more) => JsonNode.Parse(
            (await ProgramRun.Of(["predict", "--phase", "decode", "--share", "0.5", "--batch", "64", "--context", "1024", "--json", .. more])).Out)!["twin_s"]!.GetValue<double>();
    }

    [Fact]
    public async Task Run_BadOptions_TellsAll()
    {
        var run = await ProgramRun.Of("predict", "--phase", "decode", "--tokens", "5", "--share", "2", "--beside-batch", "3", "--device", "h10");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Empty(run.Out);
        foreach (var option in new[] { "--tokens: is 5 for decode", "--share: is `2`", "--beside-share: is missing", "device: \"h10\" is unknown" })
        {
            Assert.Contains(option, run.Error, StringComparison.Ordinal);
        }
    }
}
