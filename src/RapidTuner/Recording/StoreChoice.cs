using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Exchange;
#if FULL_EDITION
using RapidTuner.Telemetry.LiteDb;
#endif
using RapidTuner.Telemetry.Postgres;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Recording;

/// <summary>Which store keeps the telemetry of a data folder. Without a name: the one that the folder holds, else the edition's default.</summary>
internal sealed record StoreChoice
{
    /// <summary>Variable of the environment that holds PostgreSQL's connection string, which may hold a password.</summary>
    public const string ConnectionVariable = "RAPIDTUNER__POSTGRES";

    /// <summary>What stores are called.</summary>
    public static readonly IReadOnlyList<string> Names = [Sqlite, LiteDb, Postgres];

    private const string Sqlite = "sqlite";
    private const string LiteDb = "litedb";
    private const string Postgres = "postgres";
    private const string Export = "export";
    private const string LiteDbFile = "telemetry.litedb";

#if FULL_EDITION
    private const bool HasLiteDb = true;
#else
    private const bool HasLiteDb = false;
#endif

    private StoreChoice(string kind, string folder, PostgresStoreOptions postgres)
    {
        Kind = kind;
        Folder = folder;
        PostgresOptions = postgres;
    }

    /// <summary>Name of the store.</summary>
    public string Kind { get; }

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>True when the store is there already.</summary>
    public bool Exists => Kind == Postgres || File.Exists(Path.Combine(Folder, Kind == LiteDb ? LiteDbFile : SqliteStoreOptions.FileName));

    private static string Default => HasLiteDb ? LiteDb : Sqlite;

    private PostgresStoreOptions PostgresOptions { get; }

    /// <summary>The choice; null when it cannot be made, which then stands in <paramref name="problems"/>.</summary>
    /// <param name="kind">"sqlite", "litedb" or "postgres"; null or empty: what the folder holds, else the edition's default.</param>
    /// <param name="folder">Data folder.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="connection">PostgreSQL's connection string; null: from the environment.</param>
    /// <param name="schema">PostgreSQL's schema.</param>
    /// <param name="where">Says where a value (store, data, postgres) was given; null: by an option of its name.</param>
    public static StoreChoice? Of(
        string? kind, string folder, Problems problems, string? connection = null, string schema = "rapidtuner", Func<string, string>? where = null)
    {
        where ??= name => "--" + name;
        kind = string.IsNullOrEmpty(kind) ? Found(folder) ?? Default : kind;
        var postgres = new PostgresStoreOptions { ConnectionString = string.IsNullOrEmpty(connection) ? Environment.GetEnvironmentVariable(ConnectionVariable) ?? "" : connection, Schema = schema };
        var found = new Problems();
        Check(kind, folder, postgres, where, found);
        problems.AddAll(found);
        return found.Any ? null : new StoreChoice(kind, folder, postgres);
    }

    /// <summary>The same, of a store that must be there, to be read; an exported folder counts as one.</summary>
    public static StoreChoice? OfExisting(string? kind, string folder, Problems problems)
    {
        if (string.IsNullOrEmpty(kind) && File.Exists(Path.Combine(folder, ExportContents.FileName)))
        {
            return new StoreChoice(Export, folder, new PostgresStoreOptions());
        }

        var choice = Of(kind, folder, problems);
        if (choice is { Exists: false })
        {
            problems.Add("--data", $"`{folder}` holds no {choice.Kind} store", "give the --data folder of a service or a replay");
            return null;
        }

        return choice;
    }

    /// <summary>Opens it.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="tell">Hears of what an operator must know.</param>
    /// <param name="readOnly">True: nothing is made or changed, and others may write meanwhile.</param>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public ITelemetryStore Open(TimeProvider clock, Action<StoreNotice>? tell = null, bool readOnly = false) => Kind switch
    {
        Export => new ExportedStore(Folder),
        Postgres => PostgresStore.Open(PostgresOptions with { ReadOnly = readOnly, OnNotice = tell }),
#if FULL_EDITION
        LiteDb => LiteDbStore.Open(Folder, new LiteDbStoreOptions { ReadOnly = readOnly, OnNotice = tell }, clock),
#endif
        _ => SqliteStore.Open(Folder, new SqliteStoreOptions { ReadOnly = readOnly, OnNotice = tell }, clock),
    };

    private static void Check(string kind, string folder, PostgresStoreOptions postgres, Func<string, string> where, Problems found)
    {
        if (!Names.Contains(kind))
        {
            found.Add(where("store"), $"{kind} is no store", $"known: {string.Join(", ", Names)}");
        }
        else if (kind == LiteDb && !HasLiteDb)
        {
            var there = File.Exists(Path.Combine(folder, LiteDbFile)) ? $", and {folder} holds a LiteDB file" : "";
            found.Add(where("store"), $"litedb is not in this edition{there}", "build the full edition with -p:Edition=full, or use sqlite or postgres");
        }
        else if (kind == Postgres && postgres.ConnectionString.Length == 0)
        {
            found.Add(where("store"), "postgres has no connection string", $"set {ConnectionVariable}, such as Host=localhost;Database=rapidtuner");
        }
        else if (kind == Postgres)
        {
            postgres.Check(found);
        }

        if (File.Exists(folder))
        {
            found.Add(where("data"), $"`{folder}` is a file", "give a folder; it is made when missing");
        }
    }

    private static string? Found(string folder) =>
        (File.Exists(Path.Combine(folder, SqliteStoreOptions.FileName)), File.Exists(Path.Combine(folder, LiteDbFile))) switch
        {
            (true, false) => Sqlite,
            (false, true) => LiteDb,
            _ => null,
        };
}
