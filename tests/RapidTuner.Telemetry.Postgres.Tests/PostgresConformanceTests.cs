using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Postgres.Tests;

public sealed class PostgresConformanceTests(PostgresFixture fixture) : StoreConformance, IClassFixture<PostgresFixture>, IDisposable
{
    private readonly TempFolder _folder = new();
    private PostgresStoreOptions? _options;

    public void Dispose() => _folder.Dispose();

    protected override ITelemetryStore Open() => PostgresStore.Open(_options ??= fixture.NewSchema());

    protected override string BackupPath() => _folder.File("backup.zip");
}
