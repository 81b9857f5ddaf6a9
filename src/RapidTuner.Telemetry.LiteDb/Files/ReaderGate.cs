using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb.Files;

/// <summary>
/// Between the writing process and readers of other processes: LiteDB's log only grows until it is merged into the data file, so a reader
/// that keeps merges away reads a snapshot. Readers share an advisory lock on a file beside the store; a merge needs it alone.
/// </summary>
internal static class ReaderGate
{
    private const int WaitMs = 10_000;

    /// <summary>A reader's share, waited for while a merge goes on; null where no writer ever was (a copy, a read-only medium).</summary>
    /// <exception cref="StoreException">The merge did not end.</exception>
    public static IDisposable? Enter(string databasePath)
    {
        IDisposable? share = null;
        if (File.Exists(PathOf(databasePath)) && !SpinWait.SpinUntil(() => (share = TryEnter(databasePath)) is not null, WaitMs))
        {
            throw new StoreException(StoreFault.Unavailable, $"{databasePath}: its writer has not let readers in for {WaitMs / 1000} s");
        }

        return share;
    }

    /// <summary>The writer's turn, or null while somebody reads.</summary>
    public static IDisposable? TryClose(string databasePath)
    {
        try
        {
            return new FileStream(PathOf(databasePath), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static FileStream? TryEnter(string databasePath)
    {
        try
        {
            return new FileStream(PathOf(databasePath), FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string PathOf(string databasePath) => databasePath + ".readers";
}
