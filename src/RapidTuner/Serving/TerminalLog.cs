using System.Text.Json;
using System.Text.Json.Nodes;

namespace RapidTuner.Serving;

/// <summary>Writes events to stderr: a line for people, or one JSON object a line. Control characters never reach a terminal raw.</summary>
/// <param name="terminal">Where lines go, and the clock that dates them.</param>
/// <param name="settings">Level in force and format.</param>
internal sealed class TerminalLog(Terminal terminal, LiveSettings settings) : ILogger
{
    private readonly Lock _writing = new();
    private readonly bool _json = settings.Current.LogFormat == "json";

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Level(settings.Current.LogLevel) && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var message = formatter(state, exception);
        var line = _json ? Json(logLevel, eventId, state, exception, message) : Text(logLevel, message, exception);
        lock (_writing)
        {
            terminal.Error.WriteLine(line);
        }
    }

    private static string Text(LogLevel level, string message, Exception? exception)
    {
        var text = exception is null ? message : $"{message}: {exception}";
        var mark = level switch { LogLevel.Warning => "warning: ", LogLevel.Error or LogLevel.Critical => "error: ", _ => "" };
        return "rapidtuner: " + mark + string.Concat(text.Select(c => char.IsControl(c) && c is not '\n' ? '\uFFFD' : c));
    }

    private string Json<TState>(LogLevel level, EventId id, TState state, Exception? exception, string message)
    {
        var line = new JsonObject
        {
            ["at"] = terminal.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
            ["level"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(level.ToString()),
            ["event_id"] = id.Id,
            ["event"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(id.Name ?? ""),
            ["message"] = message,
        };
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            foreach (var (name, value) in values.Where(v => v.Key != "{OriginalFormat}"))
            {
                line[JsonNamingPolicy.SnakeCaseLower.ConvertName(name)] = value switch
                {
                    int whole => whole,
                    long whole => whole,
                    double number when double.IsFinite(number) => number,
                    _ => value?.ToString(),
                };
            }
        }

        if (exception is not null)
        {
            line["exception"] = exception.ToString();
        }

        return line.ToJsonString();
    }

    private static LogLevel Level(string name) => Enum.TryParse<LogLevel>(name, ignoreCase: true, out var level) ? level : LogLevel.Information;
}
