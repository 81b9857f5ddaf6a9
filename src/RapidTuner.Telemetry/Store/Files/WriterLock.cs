namespace RapidTuner.Telemetry.Store.Files;

/// <summary>
/// At most one process writes a store: an advisory lock on a file beside it, which the kernel frees however the process ends.
/// Two writers would give the same seqs twice.
/// </summary>
public sealed class WriterLock : IDisposable
{
    private readonly FileStream _file;

    private WriterLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of the store at <paramref name="databasePath"/>.</summary>
    /// <exception cref="StoreException">Another process has it, or the directory cannot be written.</exception>
    public static WriterLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            return new WriterLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new StoreException(StoreFault.ReadOnly, $"{path} cannot be written: give the process write access to the directory, or another --data directory", denied);
        }
        catch (IOException busy) when (IsHeld(busy))
        {
            throw new StoreException(StoreFault.InUse, $"{databasePath} is written by another process: stop that one, or give another --data directory", busy);
        }
        catch (IOException failure)
        {
            throw new StoreException(StoreFault.ReadOnly, $"{path} cannot be made: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // EWOULDBLOCK on Linux and macOS, a sharing violation on Windows.
    private static bool IsHeld(IOException failure) => failure.HResult is 11 or 35 or unchecked((int)0x80070020);
}
