using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Serving;

namespace RapidTuner.Configuration;

/// <summary>
/// Watches the configuration's file and applies what can change while the service runs. A file with any problem changes nothing; a key that
/// needs a restart is told, once per change.
/// </summary>
/// <param name="read">Reads all layers anew.</param>
/// <param name="path">The file; null when there is none to watch.</param>
/// <param name="settings">Takes the new values.</param>
/// <param name="log">Hears of changes and problems.</param>
internal sealed class ConfigReload(Func<Problems, ServeConfig> read, string? path, LiveSettings settings, ILogger log)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private (DateTime WrittenAt, long Bytes) _seen = Stamp(path);
    private ServeOptions _latest = settings.Current;

    /// <summary>Looks at the file every two seconds until <paramref name="stop"/>.</summary>
    public async Task RunAsync(TimeProvider clock, CancellationToken stop)
    {
        if (path is null)
        {
            return;
        }

        using var tick = new PeriodicTimer(Period, clock);
        try
        {
            while (await tick.WaitForNextTickAsync(stop))
            {
                Look();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>Applies the file if it changed.</summary>
    public void Look()
    {
        var now = Stamp(path);
        if (now == _seen)
        {
            return;
        }

        _seen = now;
        var found = new Problems();
        var config = read(found);
        ServeKeys.CheckRanges(config.Options, config.Where, found);
        if (found.Any)
        {
            Events.ConfigRefused(log, new BadInputException(found).Message);
            return;
        }

        var changed = ServeKeys.All.Where(k => !JsonElement.DeepEquals(k.Get(config.Options), k.Get(_latest))).ToArray();
        _latest = config.Options;
        var applied = settings.Current;
        foreach (var key in changed)
        {
            var value = key.Get(config.Options);
            if (key.Reloads)
            {
                applied = key.Set(applied, value)!;
                Events.ConfigApplied(log, key.Name, value.GetRawText());
            }
            else
            {
                Events.ConfigNeedsRestart(log, key.Name, value.GetRawText());
            }
        }

        settings.Apply(applied);
    }

    private static (DateTime WrittenAt, long Bytes) Stamp(string? path) =>
        path is not null && new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;
}
