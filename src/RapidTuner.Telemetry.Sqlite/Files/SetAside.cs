namespace RapidTuner.Telemetry.Sqlite.Files;

/// <summary>Moves a damaged file out of the way, under a name that says what it is and when it was found.</summary>
internal static class SetAside
{
    /// <returns>The new name.</returns>
    public static string Move(string path, DateTimeOffset now)
    {
        var stem = $"{path}.corrupt-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
        var target = stem;
        for (var i = 2; File.Exists(target); i++)
        {
            target = $"{stem}-{i}";
        }

        File.Move(path, target);
        foreach (var suffix in (string[])["-wal", "-shm"])
        {
            if (File.Exists(path + suffix))
            {
                File.Move(path + suffix, target + suffix);
            }
        }

        return target;
    }
}
