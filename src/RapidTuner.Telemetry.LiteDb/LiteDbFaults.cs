using LiteDB;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb;

/// <summary>What LiteDB and the file system report, as faults of a store.</summary>
internal static class LiteDbFaults
{
    /// <summary>Runs <paramref name="work"/>; failures of the file come out as <see cref="StoreException"/>.</summary>
    public static T Translate<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (FaultOf(failure) is not null)
        {
            throw new StoreException(FaultOf(failure)!.Value, $"{path}: {failure.Message}", failure);
        }
    }

    // LiteDB has no checksums: what it meets in a damaged page are also these failures of its own code.
    private static StoreFault? FaultOf(Exception failure) => failure switch
    {
        StoreException => null,
        LiteException { ErrorCode: LiteException.INVALID_DATABASE or LiteException.INVALID_DATAFILE_STATE or LiteException.INVALID_FREE_SPACE_PAGE } => StoreFault.Corrupt,
        LiteException => StoreFault.Unavailable,
        UnauthorizedAccessException => StoreFault.ReadOnly,
        FileNotFoundException or DirectoryNotFoundException => StoreFault.Unavailable,
        IOException => StoreFault.Unavailable,
        InvalidDataException or IndexOutOfRangeException or NullReferenceException or InvalidCastException or KeyNotFoundException or OverflowException => StoreFault.Corrupt,
        _ => null,
    };
}
