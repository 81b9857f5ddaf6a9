using Microsoft.Data.Sqlite;
using RapidTuner.Telemetry.Store;
using SQLitePCL;

namespace RapidTuner.Telemetry.Sqlite;

/// <summary>SQLite's result codes as faults of a store.</summary>
internal static class SqliteFaults
{
    public static StoreException From(string path, sqlite3 handle, int code) =>
        new(FaultOf(code), $"{path}: {raw.sqlite3_errmsg(handle).utf8_to_string()} (SQLite code {raw.sqlite3_extended_errcode(handle)})");

    public static StoreException From(string path, SqliteException failure) =>
        new(FaultOf(failure.SqliteErrorCode), $"{path}: {failure.Message}", failure);

    private static StoreFault FaultOf(int code) => (code & 0xFF) switch
    {
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => StoreFault.Corrupt,
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => StoreFault.ReadOnly,
        _ => StoreFault.Unavailable,
    };
}
