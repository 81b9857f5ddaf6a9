using RapidTuner.Configuration;
using RapidTuner.Core.Errors;
using RapidTuner.Serving;
using RapidTuner.Tests.Security;

namespace RapidTuner.Tests.Configuration;

public sealed class ConfigReloadTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly StringWriter _log = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Look_ChangedFile_AppliesWhatCanChangeAndNamesWhatCannot()
    {
        var (reload, settings) = Start("""{ "rate": 1 }""");
        File.WriteAllText(_file, """{ "rate": 2.5, "generations_max": 7, "device": "h200" }""");
        reload.Look();

        Assert.Equal((2.5, 7, "mi300x"), (settings.Current.Rate, settings.Current.GenerationsMax, settings.Current.Device));
        Assert.Contains("rate is now 2.5", _log.ToString());
        Assert.Contains("device is \"h200\" in the file and takes effect at the next start", _log.ToString());
    }

    [Fact]
    public void Look_FileWithAnyProblem_ChangesNothingAndTellsAll()
    {
        var (reload, settings) = Start("{}");
        File.WriteAllText(_file, """{ "rate": 2.5, "tp": 99, "nope": 1 }""");
        reload.Look();

        Assert.Equal(0, settings.Current.Rate);
        Assert.Contains("tp: is 99", _log.ToString());
        Assert.Contains("nope", _log.ToString());
    }

    [Fact]
    public void Look_SameFile_SaysNothing()
    {
        var (reload, _) = Start("{}");
        reload.Look();
        Assert.Equal("", _log.ToString());
    }

    private (ConfigReload Reload, LiveSettings Settings) Start(string text)
    {
        File.WriteAllText(_file, text);
        ServeConfig Read(Problems found) => ServeConfig.Read(_file, [], found);
        var settings = new LiveSettings(Read(new Problems()).Options);
        return (new ConfigReload(Read, _file, settings, new TerminalLog(new Terminal(TextWriter.Null, _log, new HandClock()), settings)), settings);
    }
}
