using RapidTuner.Core.Errors;
using RapidTuner.Learning.Q;

namespace RapidTuner.Learning.Registry;

/// <summary>
/// Finds the value function to use for a device and model: one's own champion, else a former one, else what is shipped for it, else what is
/// shipped for all. What is damaged or newer than this program is told to the notes and passed over.
/// </summary>
/// <param name="registry">One's own models; null: none.</param>
/// <param name="shipped">Models that travel with the program.</param>
/// <param name="notes">Told what was passed over.</param>
public sealed class ValueStore(ModelRegistry? registry, ModelFolder shipped, Action<string> notes)
{
    /// <summary>The value function of a target (<see cref="ValueTarget"/>) and scope; null when there is none.</summary>
    public QModel? Find(string target, string scope)
    {
        var own = (registry?.ChampionsToTry(target, scope) ?? []).Select(e => (Folder: registry!.Folder, Entry: e));
        var travelled = shipped.Entries(notes).Where(e => e.Target == target).ToArray();
        var candidates = own
            .Concat(travelled.Where(e => e.Scope == scope).Select(e => (Folder: shipped, Entry: e)))
            .Concat(travelled.Where(e => e.Scope == ValueTarget.AnyScope).Select(e => (Folder: shipped, Entry: e)));
        return candidates.Select(c => Load(c.Folder, c.Entry)).FirstOrDefault(m => m is not null);
    }

    private QModel? Load(ModelFolder folder, RegistryEntry entry)
    {
        try
        {
            if (folder.ArtefactFault(entry) is { } fault)
            {
                notes(fault);
                return null;
            }

            var model = QModel.Load(folder.ArtefactPath(entry.Id));
            if (model.Fields.SequenceEqual(PlanFeatures.Names))
            {
                return model;
            }

            notes($"{folder.ArtefactPath(entry.Id)}: values states of other fields than a plan's features; train again");
        }
        catch (BadInputException bad)
        {
            notes(bad.Message);
        }

        return null;
    }
}
