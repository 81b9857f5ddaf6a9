namespace RapidTuner.Telemetry.Postgres.Tests;

/// <summary>One server for a class of tests, started by the first that needs it.</summary>
public sealed class PostgresFixture : IDisposable
{
    private readonly Lazy<PostgresServer> _server = new(PostgresServer.Start);
    private int _schemas;

    internal PostgresServer Server => _server.Value;

    /// <summary>A schema that no other test has.</summary>
    internal PostgresStoreOptions NewSchema() =>
        new() { ConnectionString = Server.ConnectionString, Schema = $"test_{Interlocked.Increment(ref _schemas)}" };

    public void Dispose()
    {
        if (_server.IsValueCreated)
        {
            _server.Value.Dispose();
        }
    }
}
