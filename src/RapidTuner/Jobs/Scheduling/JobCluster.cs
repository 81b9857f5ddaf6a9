using RapidTuner.Core.Errors;

namespace RapidTuner.Jobs.Scheduling;

/// <summary>A PostgreSQL database in which several instances share one schedule: each firing runs on one of them.</summary>
internal sealed record JobCluster
{
    /// <summary>Npgsql connection string. A password belongs in PGPASSWORD or a passfile, not here.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>Schema that holds the schedule's tables, made when missing.</summary>
    /// <value>Lower-case letters, digits and underscores, starting with a letter, at most 60; default "rapidtuner_jobs".</value>
    public string Schema { get; init; } = "rapidtuner_jobs";

    /// <summary>How often an instance says that it is alive; one that was silent for two of these is taken to be dead.</summary>
    /// <value>Seconds, 0.5 to 60; default 7.5, as Quartz has it.</value>
    public double CheckInS { get; init; } = 7.5;

    /// <summary>Adds every value out of range to <paramref name="found"/>.</summary>
    public void Check(Problems found)
    {
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            found.Add("jobs.cluster.connection_string", "is empty", "give an Npgsql connection string, such as Host=localhost;Database=rapidtuner");
        }

        // The name goes into statements as it is.
        if (Schema.Length is 0 or > 60 || !char.IsAsciiLetterLower(Schema[0]) || !Schema.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            found.Add("jobs.cluster.schema", $"is `{Schema}`", "give lower-case letters, digits and underscores, a letter first, at most 60");
        }

        found.InRange("jobs.cluster.check_in_s", CheckInS, 0.5, 60);
    }
}
