using RapidTuner.Telemetry.Postgres.Tests;

namespace RapidTuner.Telemetry.Conformance;

/// <summary>A test that needs a PostgreSQL server. Skipped with its reason where none is installed, unless <c>CI=true</c>: there it runs and fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StoreFactAttribute : FactAttribute
{
    public StoreFactAttribute()
    {
        if (PostgresServer.Programs is null && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = "needs a PostgreSQL 15 server: apt-get install postgresql";
        }
    }
}
