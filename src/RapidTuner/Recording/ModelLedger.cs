using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Registry;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Recording;

/// <summary>
/// Writes the registry's models into the store's table of models, so that whoever reads a log knows the models that its decisions name, and a copy of the
/// store holds the artefacts in office. The registry's files stay what counts; the table follows them.
/// </summary>
/// <param name="registry">The models.</param>
/// <param name="store">Takes them.</param>
internal sealed class ModelLedger(ModelRegistry registry, ITelemetryStore store)
{
    /// <summary>Time between two looks at the registry's files.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private Dictionary<string, (string Status, bool Pinned, string Checksum)>? _known;
    private string _seen = "";

    /// <summary>Writes what the registry has and the table lacks or has otherwise; says how many.</summary>
    /// <exception cref="StoreException">The store cannot be written; the next call tries again.</exception>
    /// <exception cref="BadInputException">The registry's state cannot be read.</exception>
    public int Update()
    {
        _known ??= store.Read(TelemetryTables.Models, ReadRange.Everything).ToDictionary(m => m.Id, m => (m.Status, m.Pinned, m.Checksum), StringComparer.Ordinal);
        var written = 0;
        foreach (var model in registry.List())
        {
            var record = RecordOf(model);
            var now = (record.Status, record.Pinned, record.Checksum);
            if (!_known.TryGetValue(record.Id, out var before) || before != now)
            {
                store.Save(record);
                _known[record.Id] = now;
                written++;
            }
        }

        return written;
    }

    /// <summary>
    /// After a command changed the registry of a data folder: updates the folder's store, when it has one and nobody else keeps it. A running service follows the
    /// registry by itself.
    /// </summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="registry">Its registry.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="tell">Hears why it was not possible.</param>
    public static void Follow(string folder, ModelRegistry registry, TimeProvider clock, Action<string> tell)
    {
        var choice = StoreChoice.Of(null, folder, new Problems());
        if (choice is not { Exists: true })
        {
            return;
        }

        try
        {
            using var store = choice.Open(clock, notice => tell(notice.Message));
            new ModelLedger(registry, store).Update();
        }
        catch (Exception failure) when (failure is StoreException or IOException)
        {
            tell($"the store's table of models follows when the service runs: {failure.Message}");
        }
    }

    /// <summary>Updates at once and whenever the registry's files changed, whoever changed them, until <paramref name="stop"/>.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="tell">Hears of failures.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(TimeProvider clock, Action<string> tell, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            do
            {
                if (Changed())
                {
                    await Task.Factory.StartNew(() => TryUpdate(tell), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                }
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private void TryUpdate(Action<string> tell)
    {
        try
        {
            Update();
        }
        catch (Exception failure) when (failure is StoreException or BadInputException or IOException)
        {
            _seen = "";
            tell($"{store.Description}: the table of models could not follow the registry and tries again: {failure.Message}");
        }
    }

    // Names and times of the registry's small files; artefacts are never changed once written.
    private bool Changed()
    {
        var folder = new DirectoryInfo(registry.Folder.FolderPath);
        var now = folder.Exists ? string.Join('\n', folder.EnumerateFiles("*.json").OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Name} {f.LastWriteTimeUtc.Ticks} {f.Length}")) : "";
        var changed = now != _seen;
        _seen = now;
        return changed;
    }

    private ModelRecord RecordOf(RegisteredModel model)
    {
        var entry = model.Entry;
        return new ModelRecord
        {
            Id = entry.Id,
            Target = entry.Target,
            Status = model.Status.ToString().ToLowerInvariant(),
            Pinned = model.Pinned,
            CreatedUs = entry.CreatedUs,
            Parent = entry.Parent,
            Trainer = entry.Trainer,
            DataFromUs = entry.DataFromUs,
            DataToUs = entry.DataToUs,
            FeatureSchema = string.Join(',', entry.Features),
            Seed = (long)entry.Seed,
            Parameters = JsonSerializer.Serialize(entry.Parameters, Json),
            Metrics = JsonSerializer.Serialize(entry.Metrics, Json),
            Checksum = entry.Checksum,
            Card = ModelFolder.CardOf(entry),
            // Those in office alone: a store must not grow by every model that was ever tried.
            Artefact = model.Status == ModelStatus.Champion && registry.Folder.ArtefactFault(entry) is null ? File.ReadAllBytes(registry.Folder.ArtefactPath(entry.Id)) : [],
        };
    }
}
