using Npgsql;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Postgres;

/// <summary>What the server or the way to it reports, as faults of a store.</summary>
internal static class PostgresFaults
{
    /// <summary>Runs <paramref name="work"/>; failures of the server or of the connection come out as <see cref="StoreException"/>.</summary>
    public static T Translate<T>(string description, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (NpgsqlException failure)
        {
            throw From(description, failure);
        }
        catch (Exception failure) when (failure is IOException and not StoreException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new StoreException(StoreFault.Unavailable, $"{description}: {failure.Message}", failure);
        }
    }

    public static StoreException From(string description, NpgsqlException failure) =>
        new(failure is PostgresException known ? FaultOf(known.SqlState) : StoreFault.Unavailable, $"{description}: {failure.Message}", failure);

    private static StoreFault FaultOf(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction => StoreFault.ReadOnly,
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => StoreFault.Corrupt,
        _ => StoreFault.Unavailable,
    };
}
