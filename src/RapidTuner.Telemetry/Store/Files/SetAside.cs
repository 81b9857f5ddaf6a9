namespace RapidTuner.Telemetry.Store.Files;

/// <summary>Moves a damaged file out of the way, under a name that says what it is and when it was found.</summary>
public static class SetAside
{
    /// <summary>Moves a file and what belongs to it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="now">When the damage was found.</param>
    /// <param name="companions">Further files that go with it, each a path and the ending that its new name gets.</param>
    /// <returns>The new name.</returns>
    public static string Move(string path, DateTimeOffset now, params ReadOnlySpan<(string Path, string Ending)> companions)
    {
        var stem = $"{path}.corrupt-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
        var target = stem;
        for (var i = 2; File.Exists(target); i++)
        {
            target = $"{stem}-{i}";
        }

        File.Move(path, target);
        foreach (var (companion, ending) in companions)
        {
            if (File.Exists(companion))
            {
                File.Move(companion, target + ending);
            }
        }

        return target;
    }
}
