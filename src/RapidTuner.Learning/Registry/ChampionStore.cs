using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Registry;

/// <summary>
/// Finds the latency model to use for a device and model: one's own champion, else a former one, else what is shipped, else the
/// nearest of another device or model scaled by datasheet, else the physical prior. What is damaged or newer than this program is
/// told to the notes and passed over: there is always an answer.
/// </summary>
/// <param name="registry">One's own models; null: none.</param>
/// <param name="shipped">Models that travel with the program.</param>
/// <param name="notes">Told what was passed over.</param>
public sealed class ChampionStore(ModelRegistry? registry, ModelFolder shipped, Action<string> notes)
{
    /// <summary>Half a width that a model gains on another model or device, as a logarithm. Measured: docs/results/learning.md, transfer.</summary>
    private const double TransferLogWidth = 0.3;

    /// <summary>What it gains further per unit of <see cref="Distance"/>.</summary>
    private const double DistanceLogWidth = 0.05;

    /// <summary>The scope of a device, model and tensor parallelism.</summary>
    public static string ScopeOf(string device, string model, int tensorParallel) => $"{device}+{model}+tp{tensorParallel}";

    /// <summary>The scope of a scene: its stack has models of its own.</summary>
    public static string ScopeOf(LatencyScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return ScopeOf(scene.Device, scene.Model, scene.TensorParallel) + (scene.Stack is null ? "" : "+" + scene.Stack);
    }

    /// <summary>The model to use for a device and model of the catalogue.</summary>
    public LatencyChampion Find(DeviceSpec device, ModelSpec model, int tensorParallel) => Find(LatencyScene.Of(device, model, tensorParallel));

    /// <summary>The model to use for a scene.</summary>
    public LatencyChampion Find(LatencyScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var scope = ScopeOf(scene);
        var own = registry?.ChampionsToTry(LatencyTarget.Name, scope).Select(e => Load(registry.Folder, e)).FirstOrDefault(m => m is not null);
        if (own is { } mine && mine.Model.Scene == scene)
        {
            return new LatencyChampion(mine.Model, mine.Id, ChampionKind.Exact, false);
        }

        var candidates = shipped.Entries(notes).Where(e => e.Target == LatencyTarget.Name).ToArray();
        var exact = candidates.Where(e => e.Scope == scope).Select(e => Load(shipped, e)).FirstOrDefault(m => m is not null && m.Value.Model.Scene == scene);
        if (exact is { } travelled)
        {
            return new LatencyChampion(travelled.Model, travelled.Id, ChampionKind.Exact, true);
        }

        return Nearest(scene, own, candidates) ?? new LatencyChampion(LatencyModel.Prior(scene), "", ChampionKind.Prior, false);
    }

    /// <summary>How different two scenes are: differences of the logarithms of what times depend on; other hardware or another model count by themselves.</summary>
    internal static double Distance(LatencyScene a, LatencyScene b) =>
        (a.Device == b.Device ? 0 : 1) + (a.Model == b.Model ? 0 : 0.5) + (a.Stack == b.Stack ? 0 : 0.5)
        + Ratio(a.PeakFlopPerS / a.MemoryBytesPerS, b.PeakFlopPerS / b.MemoryBytesPerS) + Ratio(a.Units, b.Units)
        + (0.5 * Ratio(a.FlopPerToken, b.FlopPerToken)) + Ratio(a.TensorParallel, b.TensorParallel)
        + (a.RoutedShare > 0 == b.RoutedShare > 0 ? 0 : 1);

    private static double Ratio(double a, double b) => Math.Abs(Math.Log(a / b));

    private LatencyChampion? Nearest(LatencyScene scene, (LatencyModel Model, string Id)? own, RegistryEntry[] candidates)
    {
        var all = new List<(LatencyModel Model, string Id, bool Shipped)>();
        if (own is { } mine)
        {
            all.Add((mine.Model, mine.Id, false));
        }

        foreach (var entry in Champions())
        {
            if (Load(registry!.Folder, entry) is { } loaded)
            {
                all.Add((loaded.Model, loaded.Id, false));
            }
        }

        all.AddRange(candidates.Select(e => Load(shipped, e)).OfType<(LatencyModel Model, string Id)>().Select(m => (m.Model, m.Id, true)));
        if (all.Count == 0)
        {
            return null;
        }

        var nearest = all.MinBy(m => (Distance(m.Model.Scene, scene), m.Shipped, m.Id));
        var width = TransferLogWidth + (DistanceLogWidth * Distance(nearest.Model.Scene, scene));
        return new LatencyChampion(nearest.Model.For(scene, width), nearest.Id, ChampionKind.Nearest, nearest.Shipped);
    }

    private IEnumerable<RegistryEntry> Champions()
    {
        try
        {
            return registry is null ? [] : [.. registry.List().Where(m => m.Status == ModelStatus.Champion && m.Entry.Target == LatencyTarget.Name).Select(m => m.Entry)];
        }
        catch (BadInputException bad)
        {
            notes(bad.Message);
            return [];
        }
    }

    private (LatencyModel Model, string Id)? Load(ModelFolder folder, RegistryEntry entry)
    {
        if (folder.ArtefactFault(entry) is { } fault)
        {
            notes(fault);
            return null;
        }

        try
        {
            return (LatencyModelFile.Load(folder.ArtefactPath(entry.Id)), entry.Id);
        }
        catch (BadInputException bad)
        {
            notes(bad.Message);
            return null;
        }
    }
}
