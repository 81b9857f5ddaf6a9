using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Sqlite.Tests;

public sealed class SqliteConformanceTests : StoreConformance, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override ITelemetryStore Open() => SqliteStore.Open(_folder.File("data"), new SqliteStoreOptions(), TimeProvider.System);

    protected override string BackupPath() => _folder.File("backup.db");
}
