using RapidTuner.Learning.Registry;
using RapidTuner.Recording;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;
using RapidTuner.Tests.Commands;

namespace RapidTuner.Tests.Recording;

/// <summary>The store's table of models follows the registry, over SQLite.</summary>
public sealed class ModelLedgerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ModelRegistry _registry;

    public ModelLedgerTests() => _registry = new ModelRegistry(_folder.Path, TimeProvider.System, Assert.Fail);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Update_AfterRegisterPromoteRollbackAndPin_TheTableSaysTheSame()
    {
        using var store = SqliteStore.Open(_folder.Path, new SqliteStoreOptions(), TimeProvider.System);
        var ledger = new ModelLedger(_registry, store);
        var first = Add("one", promote: true);
        ledger.Update();
        var only = Assert.Single(Rows(store));
        Assert.Equal((first, "champion", "step_latency", "histogram", "a,b"), (only.Id, only.Status, only.Target, only.Trainer, only.FeatureSchema));
        Assert.Equal("one"u8.ToArray(), only.Artefact);
        Assert.Contains("\"rows\":3", only.Metrics);
        Assert.Contains(first, only.Card);

        var second = Add("two", promote: false);
        ledger.Update();
        Assert.Equal(["champion", "challenger"], Rows(store).Select(m => m.Status));

        _registry.Promote(second);
        ledger.Update();
        var rows = Rows(store);
        Assert.Equal(["retired", "champion"], rows.Select(m => m.Status));
        Assert.Empty(rows[0].Artefact);
        Assert.Equal("two"u8.ToArray(), rows[1].Artefact);

        _registry.Rollback(second);
        _registry.Pin(first, on: true);
        Assert.Equal(2, ledger.Update());
        rows = Rows(store);
        Assert.Equal(("champion", true), (rows[0].Status, rows[0].Pinned));
        Assert.Equal("challenger", rows[1].Status);
        Assert.Equal(0, ledger.Update());
        Assert.Equal(0, new ModelLedger(_registry, store).Update());
    }

    [Fact]
    public async Task Models_PromotedByHand_TheStoreOfTheFolderFollows()
    {
        using (SqliteStore.Open(_folder.Path, new SqliteStoreOptions(), TimeProvider.System))
        {
            // An empty store, as a service leaves it.
        }

        var id = Add("one", promote: false);
        var run = await ProgramRun.Of("models", "promote", id, "--data", _folder.Path);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));

        using var store = SqliteStore.Open(_folder.Path, new SqliteStoreOptions { ReadOnly = true }, TimeProvider.System);
        Assert.Equal((id, "champion"), (Rows(store).Single().Id, Rows(store).Single().Status));
    }

    private static IReadOnlyList<ModelRecord> Rows(SqliteStore store) => [.. store.Read(TelemetryTables.Models, ReadRange.Everything).OrderBy(m => m.Seq)];

    private string Add(string artefact, bool promote) => _registry.Add(
        new ModelCandidate
        {
            Target = "step_latency", Scope = "a+b+tp1", Trainer = "histogram", Features = ["a", "b"], Seed = 7,
            Metrics = new SortedDictionary<string, IReadOnlyDictionary<string, double>> { ["all"] = new Dictionary<string, double> { ["rows"] = 3 } },
            Save = path => File.WriteAllText(path, artefact),
        },
        promote).Entry.Id;
}
