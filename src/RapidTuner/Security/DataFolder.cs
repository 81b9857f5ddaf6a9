using RapidTuner.Telemetry.Sqlite;

namespace RapidTuner.Security;

/// <summary>The data folder is its owner's alone (0700).</summary>
internal static class DataFolder
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder, or closes it to others when it is ours: empty, or holding our files. A folder with other contents keeps its mode.</summary>
    public static void Secure(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, Owner);
        }
        else if (File.GetUnixFileMode(folder) != Owner && IsOurs(folder))
        {
            File.SetUnixFileMode(folder, Owner);
        }
    }

    private static bool IsOurs(string folder) =>
        File.Exists(Path.Combine(folder, SqliteStoreOptions.FileName)) || File.Exists(KeyFile.PathIn(folder)) || !Directory.EnumerateFileSystemEntries(folder).Any();
}
