using RapidTuner.Telemetry.Conformance;
#if FULL_EDITION
using RapidTuner.Telemetry.LiteDb;
#endif
using RapidTuner.Telemetry.Sqlite;

namespace RapidTuner.Bench.Telemetry;

/// <summary>The endurance run of the tests' kill -9.</summary>
internal static class KillBench
{
    public static void Run(int kills, TextWriter output)
    {
        output.WriteLine();
        using var sqlite = new TempFolder();
        CrashTrial.Run(["sqlite", sqlite.Path], () => SqliteStore.Open(sqlite.Path, new SqliteStoreOptions(), Clock.System), kills);
        output.WriteLine($"killed {kills} times in mid-write, sqlite: everything acknowledged was there each time");
#if FULL_EDITION
        using var litedb = new TempFolder();
        CrashTrial.Run(["litedb", litedb.Path], () => LiteDbStore.Open(litedb.Path, new LiteDbStoreOptions(), Clock.System), kills);
        output.WriteLine($"killed {kills} times in mid-write, litedb: everything acknowledged was there each time");
#endif
    }
}
