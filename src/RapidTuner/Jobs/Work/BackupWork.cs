using System.Globalization;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Jobs.Work;

/// <summary>Writes a dated copy of the store and deletes the oldest beyond a number. A copy appears under its name when it is whole.</summary>
/// <param name="store">The store.</param>
/// <param name="folder">Where copies go; made when missing.</param>
/// <param name="kept">Copies kept, 1 or more.</param>
/// <param name="clock">The clock.</param>
internal sealed class BackupWork(ITelemetryStore store, string folder, int kept, TimeProvider clock) : IJobWork
{
    private const string Prefix = "telemetry-";
    private const string Suffix = ".backup";
    private const string Unfinished = ".part";

    public string Name => "backup";

    public string About => $"Writes a copy of the store into {folder} and keeps the latest {kept}.";

    public object Run(JobRun run, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        foreach (var left in Directory.GetFiles(folder, $"{Prefix}*{Unfinished}"))
        {
            // A run that was killed left it.
            File.Delete(left);
        }

        var stamp = clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var path = Path.Combine(folder, $"{Prefix}{stamp}{Suffix}");
        if (!File.Exists(path))
        {
            store.Backup(path + Unfinished);
            stop.ThrowIfCancellationRequested();
            File.Move(path + Unfinished, path);
        }

        run.Report(0.9);
        var all = Directory.GetFiles(folder, $"{Prefix}*{Suffix}").Order(StringComparer.Ordinal).ToArray();
        foreach (var old in all.SkipLast(kept))
        {
            File.Delete(old);
        }

        return new { path, new FileInfo(path).Length, Deleted = Math.Max(0, all.Length - kept) };
    }
}
