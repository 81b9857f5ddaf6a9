using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Sqlite;

namespace RapidTuner.Bench.Telemetry;

/// <summary>The endurance run of the tests' kill -9.</summary>
internal static class KillBench
{
    public static void Run(int kills, TextWriter output)
    {
        using var folder = new TempFolder();
        CrashTrial.Run(["sqlite", folder.Path], () => SqliteStore.Open(folder.Path, new SqliteStoreOptions(), Clock.System), kills);
        output.WriteLine();
        output.WriteLine($"killed {kills} times in mid-write, sqlite: everything acknowledged was there each time");
    }
}
