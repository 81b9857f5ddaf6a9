using RapidTuner.Core.Errors;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Postgres;

/// <summary>How a PostgreSQL store is opened.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>Npgsql connection string, such as <c>Host=db;Database=rapidtuner;Username=tuner</c>. A password belongs in PGPASSWORD or a passfile, not here.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>Schema that holds the tables, made when missing.</summary>
    /// <value>Lower-case letters, digits and underscores, starting with a letter, at most 60; default "rapidtuner".</value>
    public string Schema { get; init; } = "rapidtuner";

    /// <summary>Opened for reading alone: nothing is made or migrated.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Called with what an operator must hear of; must return at once.</summary>
    public Action<StoreNotice>? OnNotice { get; init; }

    /// <summary>Adds every value out of range to <paramref name="found"/>.</summary>
    public void Check(Problems found)
    {
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            found.Add("telemetry.postgres.connection_string", "is empty", "give an Npgsql connection string, such as Host=localhost;Database=rapidtuner");
        }

        // The name goes into statements as it is.
        if (Schema.Length is 0 or > 60 || !char.IsAsciiLetterLower(Schema[0]) || !Schema.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            found.Add("telemetry.postgres.schema", $"is `{Schema}`", "give lower-case letters, digits and underscores, a letter first, at most 60");
        }
    }
}
