using RapidTuner.Core.Errors;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Registry;

/// <summary>
/// Scenes of devices and models that no catalogue has, such as this machine and a model made by generation: an engine that runs there keeps its scene
/// beside the models of its data folder, and whoever trains on its log finds it there.
/// </summary>
/// <param name="registry">The registry of the data folder.</param>
/// <param name="notes">Told what cannot be read or kept.</param>
public sealed class SceneFolder(ModelRegistry registry, Action<string> notes)
{
    /// <summary>
    /// By how much a measured peak may differ from the kept one before it is another machine's, ratio, where nothing better tells machines apart. Chosen: peaks measured
    /// beside other programs differ by up to two, and what serves corrects its predictions by up to three.
    /// </summary>
    private const double PeakRatioMax = 3;

    /// <summary>The scene kept for a device and model; null when there is none, or none that can be used.</summary>
    public LatencyScene? Find(string device, string model, int tensorParallel) => Read(ChampionStore.ScopeOf(device, model, tensorParallel))?.Scene;

    /// <summary>
    /// The kept scene where it is <paramref name="measured"/> but for peaks that vary between two measurements of one machine, so that models learned of it stay
    /// its own; else <paramref name="measured"/>.
    /// </summary>
    /// <param name="measured">The scene with the peaks that were measured now.</param>
    /// <param name="machine">What tells this machine apart without measuring it; null when nothing does: then peaks that are far from the kept ones are another machine's.</param>
    public LatencyScene Settle(LatencyScene measured, string? machine)
    {
        ArgumentNullException.ThrowIfNull(measured);
        if (Read(ChampionStore.ScopeOf(measured.Device, measured.Model, measured.TensorParallel)) is not { } file)
        {
            return measured;
        }

        var kept = file.Scene;
        var same = measured == kept with { PeakFlopPerS = measured.PeakFlopPerS, MemoryBytesPerS = measured.MemoryBytesPerS, CollectiveBytesPerS = measured.CollectiveBytesPerS }
            && (machine is null || file.Machine is null
                ? IsNear(kept.PeakFlopPerS, measured.PeakFlopPerS) && IsNear(kept.MemoryBytesPerS, measured.MemoryBytesPerS)
                : machine == file.Machine);
        return same ? kept : measured;
    }

    /// <summary>Keeps a scene; it replaces the one of the same names.</summary>
    /// <param name="scene">The scene, as <see cref="Settle"/> gave it.</param>
    /// <param name="machine">What tells this machine apart without measuring it; null when nothing does.</param>
    public void Keep(LatencyScene scene, string? machine)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var scope = ChampionStore.ScopeOf(scene.Device, scene.Model, scene.TensorParallel);
        if (!RegistryFile.IsName(scope))
        {
            notes($"nothing will be trained on this log: \"{scope}\" is no name of a file; give the model's folder a name of letters, digits, . + - and _");
            return;
        }

        if (Read(scope) is not { } kept || kept.Scene != scene || kept.Machine != machine)
        {
            Directory.CreateDirectory(registry.Folder.FolderPath);
            RegistryFile.Write(PathOf(scope), new SceneFile { Scene = scene, Machine = machine });
        }
    }

    /// <summary>Keeps what was measured when the engine started: what a model learned of its log has to beat. It replaces the former start's.</summary>
    public void KeepStart(LatencyModel measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        var scope = ChampionStore.ScopeOf(measured.Scene.Device, measured.Scene.Model, measured.Scene.TensorParallel);
        if (RegistryFile.IsName(scope))
        {
            Directory.CreateDirectory(registry.Folder.FolderPath);
            LatencyModelFile.Save(measured, StartPathOf(scope));
        }
    }

    /// <summary>What was measured at the latest start of an engine on that scene; null when nothing was, or it cannot be read.</summary>
    public LatencyModel? FindStart(LatencyScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var scope = ChampionStore.ScopeOf(scene.Device, scene.Model, scene.TensorParallel);
        if (!RegistryFile.IsName(scope) || !File.Exists(StartPathOf(scope)))
        {
            return null;
        }

        try
        {
            var measured = LatencyModelFile.Load(StartPathOf(scope));
            return measured.Scene == scene ? measured : null;
        }
        catch (BadInputException bad)
        {
            notes(bad.Message);
            return null;
        }
    }

    private SceneFile? Read(string scope)
    {
        if (!RegistryFile.IsName(scope))
        {
            return null;
        }

        try
        {
            var file = RegistryFile.Read<SceneFile>(PathOf(scope), f => f.Format);
            return file?.Scene.Fault() is { } fault ? throw new BadInputException(PathOf(scope), fault, "remove it; the engine writes it anew") : file;
        }
        catch (BadInputException bad)
        {
            notes(bad.Message);
            return null;
        }
    }

    private static bool IsNear(double a, double b) => Math.Abs(Math.Log(a / b)) <= Math.Log(PeakRatioMax);

    private string StartPathOf(string scope) => Path.Combine(registry.Folder.FolderPath, scope + ".start.model");

    private string PathOf(string scope) => Path.Combine(registry.Folder.FolderPath, scope + ".scene.json");
}
