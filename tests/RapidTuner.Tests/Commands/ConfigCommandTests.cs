using System.Text.Json;

namespace RapidTuner.Tests.Commands;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Check_GoodFile_PrintsEveryValue()
    {
        await File.WriteAllTextAsync(_file, """{ "device": "h200", "tp": 2, "load": "none" }""");
        var text = await ProgramRun.Of("config", "check", "--config", _file);
        var json = JsonElement.Parse((await ProgramRun.Of("config", "check", "--config", _file, "--json")).Out);

        Assert.Equal(0, text.ExitCode);
        Assert.Contains($"{_file}:1:3: device", text.Out);
        Assert.Equal(("h200", 2, 4096), (json.GetProperty("device").GetString(), json.GetProperty("tp").GetInt32(), json.GetProperty("connections_max").GetInt32()));
    }

    [Fact]
    public async Task Check_BadFile_TellsEveryProblemAtItsPlaceAndExits2()
    {
        await File.WriteAllTextAsync(_file, "{\n  \"device\": \"h1000\",\n  \"tp\": 99,\n  \"urls\": \"http://0.0.0.0:80\",\n  \"nope\": 1,\n  \"otlp_endpoint\": \"x\",\n  \"tls_key\": \"/none\"\n}");
        var run = await ProgramRun.Of("config", "check", "--config", _file);

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.All(["h1000", $"{_file}:3:3: tp: is 99", $"{_file}:4:3: urls", ":5:3: nope", $"{_file}:6:3: otlp_endpoint", $"{_file}:7:3: tls_key"], part => Assert.Contains(part, run.Error));
    }

    [Fact]
    public async Task Serve_BoundElsewhereWithoutKeys_Exits2()
    {
        var run = await ProgramRun.Of("serve", "--urls", "http://0.0.0.0:0", "--data", _file + ".data");

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains("keys create", run.Error);
        Assert.False(Directory.Exists(_file + ".data"));
    }
}
