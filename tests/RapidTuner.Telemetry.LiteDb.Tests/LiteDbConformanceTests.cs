using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb.Tests;

public sealed class LiteDbConformanceTests : StoreConformance, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override ITelemetryStore Open() => LiteDbStore.Open(_folder.File("data"), new LiteDbStoreOptions(), TimeProvider.System);

    protected override string BackupPath() => _folder.File("backup.litedb");
}
