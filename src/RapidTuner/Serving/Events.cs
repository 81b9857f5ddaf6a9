
namespace RapidTuner.Serving;

/// <summary>Everything that the service logs. Numbers are stable: 10xx life, 11xx configuration, 12xx access, 13xx telemetry, 14xx engine.</summary>
internal static partial class Events
{
    [LoggerMessage(1001, LogLevel.Information, "{Model} on {Device} ({Engine}, {Policy}) at {Urls}; samples in {Data}; Ctrl-C drains and stops")]
    public static partial void Started(ILogger log, string model, string device, string engine, string policy, string urls, string data);

    [LoggerMessage(1002, LogLevel.Information, "draining for at most {DrainS} s")]
    public static partial void Draining(ILogger log, double drainS);

    [LoggerMessage(1003, LogLevel.Information, "stopped; {Written} samples kept, {Dropped} dropped")]
    public static partial void Stopped(ILogger log, long written, long dropped);

    [LoggerMessage(1004, LogLevel.Information, "{Line}")]
    public static partial void Figures(ILogger log, string line);

    [LoggerMessage(1005, LogLevel.Information, "max_goodput found: {Rps} requests/s; the load now offers {OfferedRps}")]
    public static partial void RateFound(ILogger log, double rps, double offeredRps);

    [LoggerMessage(1006, LogLevel.Information, "latencies: {Latencies}")]
    public static partial void Latencies(ILogger log, string latencies);

    [LoggerMessage(1007, LogLevel.Information, "trial: {Done}")]
    public static partial void Trial(ILogger log, string done);

    [LoggerMessage(1101, LogLevel.Information, "configuration: {Key} is now {Value}")]
    public static partial void ConfigApplied(ILogger log, string key, string value);

    [LoggerMessage(1102, LogLevel.Warning, "configuration: {Key} is {Value} in the file and takes effect at the next start")]
    public static partial void ConfigNeedsRestart(ILogger log, string key, string value);

    [LoggerMessage(1103, LogLevel.Error, "configuration: the changed file is not applied: {Problems}")]
    public static partial void ConfigRefused(ILogger log, string problems);

    [LoggerMessage(1201, LogLevel.Warning, "access: {Path} refused with {Status}: {Why}")]
    public static partial void AccessRefused(ILogger log, string path, int status, string why);

    [LoggerMessage(1202, LogLevel.Information, "access: key {KeyId} logged in to the dashboard")]
    public static partial void LoggedIn(ILogger log, string keyId);

    [LoggerMessage(1203, LogLevel.Information, "access: {Who} asked for {Method} {Path}: {Status}")]
    public static partial void Changed(ILogger log, string who, string method, string path, int status);

    [LoggerMessage(1204, LogLevel.Error, "access: {File} cannot be read: {Why}; the keys known before stay in force")]
    public static partial void KeysUnreadable(ILogger log, string file, string why);

    [LoggerMessage(1301, LogLevel.Warning, "telemetry: {Notice}")]
    public static partial void Telemetry(ILogger log, string notice);

    [LoggerMessage(1401, LogLevel.Critical, "engine: stopped by itself: {Fault}")]
    public static partial void EngineFault(ILogger log, string fault);

    [LoggerMessage(1501, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger log, Exception failure, string method, string path);
}
