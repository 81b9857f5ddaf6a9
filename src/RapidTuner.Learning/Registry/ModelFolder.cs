using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.Registry;

/// <summary>A folder of models: per model an artefact, an entry and a card. Reading trusts nothing that it finds.</summary>
public sealed class ModelFolder
{
    /// <summary>Most models of a folder that are looked at.</summary>
    private const int ModelsMax = 10_000;

    private const string EntryEnding = ".entry.json";

    /// <summary>A folder; it need not exist.</summary>
    public ModelFolder(string path) => FolderPath = path;

    /// <summary>Where it is.</summary>
    public string FolderPath { get; }

    /// <summary>The models that travel with the program.</summary>
    public static ModelFolder Shipped { get; } = new(Path.Combine(AppContext.BaseDirectory, "models", "tuner"));

    /// <summary>Where a model's artefact is.</summary>
    public string ArtefactPath(string id) => Path.Combine(FolderPath, id + ".model");

    /// <summary>Where a model's card is.</summary>
    public string CardPath(string id) => Path.Combine(FolderPath, id + ".md");

    /// <summary>A model's card, Markdown.</summary>
    public static string CardOf(RegistryEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return ModelCard.Of(entry);
    }

    /// <summary>Every entry, by id; what cannot be read is told to <paramref name="notes"/> and left out.</summary>
    public IReadOnlyList<RegistryEntry> Entries(Action<string> notes)
    {
        if (!Directory.Exists(FolderPath))
        {
            return [];
        }

        var entries = new List<RegistryEntry>();
        foreach (var file in Directory.EnumerateFiles(FolderPath, "*" + EntryEnding).Order(StringComparer.Ordinal).Take(ModelsMax))
        {
            try
            {
                entries.Add(ReadEntry(file, Path.GetFileName(file)[..^EntryEnding.Length])!);
            }
            catch (BadInputException bad)
            {
                notes(bad.Message);
            }
        }

        return entries;
    }

    /// <summary>The entry called <paramref name="id"/>; null when there is none.</summary>
    /// <exception cref="BadInputException">It is damaged or newer than this program.</exception>
    public RegistryEntry? Find(string id) => RegistryFile.IsName(id) ? ReadEntry(EntryPath(id), id) : null;

    /// <summary>What is wrong with a model's artefact, or null.</summary>
    public string? ArtefactFault(RegistryEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return RegistryFile.ChecksumOf(ArtefactPath(entry.Id)) switch
        {
            null => $"{ArtefactPath(entry.Id)}: is missing; train again or restore a backup",
            var sum when sum != entry.Checksum => $"{ArtefactPath(entry.Id)}: is damaged, its checksum is not that of its entry; train again or restore a backup",
            _ => null,
        };
    }

    /// <summary>Writes a model: the artefact first and the entry last, so that an entry always has its artefact.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="candidate">The model.</param>
    /// <param name="parent">The champion that it is to replace; "" when none.</param>
    /// <param name="program">Program that made it.</param>
    /// <param name="createdUs">When it was trained, Unix microseconds; 0 where the same command makes the same files again.</param>
    public RegistryEntry Add(string id, ModelCandidate candidate, string parent, string program, long createdUs)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        Directory.CreateDirectory(FolderPath);
        candidate.Save(ArtefactPath(id));
        var entry = new RegistryEntry
        {
            Id = id, Target = candidate.Target, Scope = candidate.Scope, Trainer = candidate.Trainer, CreatedUs = createdUs, Program = program, Parent = parent,
            DataFromUs = candidate.DataFromUs, DataToUs = candidate.DataToUs, DataOrigin = candidate.DataOrigin, Rows = candidate.Rows, Features = candidate.Features,
            Seed = candidate.Seed, Parameters = candidate.Parameters, Metrics = candidate.Metrics, GateFailures = candidate.GateFailures, Use = candidate.Use,
            Checksum = RegistryFile.ChecksumOf(ArtefactPath(id))!,
        };
        RegistryFile.WriteBytes(CardPath(id), System.Text.Encoding.UTF8.GetBytes(ModelCard.Of(entry)));
        RegistryFile.Write(EntryPath(id), entry);
        return entry;
    }

    private string EntryPath(string id) => Path.Combine(FolderPath, id + EntryEnding);

    private static RegistryEntry? ReadEntry(string path, string id)
    {
        var entry = RegistryFile.Read<RegistryEntry>(path, e => e.Format);
        return entry is null || (entry.Id == id && RegistryFile.IsName(entry.Id))
            ? entry
            : throw new BadInputException(path, $"is the entry of another model, \"{entry.Id}\"", "give the file its model's name back");
    }
}
