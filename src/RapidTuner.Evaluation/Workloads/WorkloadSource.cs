using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Workloads.Reading;
using RapidTuner.Evaluation.Workloads.Specs;

namespace RapidTuner.Evaluation.Workloads;

/// <summary>What <c>--workload</c> names: a trace file, a ServeGen folder, a spec file, or a bundled spec.</summary>
public static class WorkloadSource
{
    private static string BundledFolder => Path.Combine(AppContext.BaseDirectory, "workloads");

    /// <summary>Loads the trace; a spec generates it from <paramref name="seed"/>.</summary>
    /// <param name="pathOrName">Path, or the name or alias of a bundled spec, ignoring case. A path that exists comes first.</param>
    /// <param name="seed">Seed of specs and ServeGen folders; a listed trace does not depend on it.</param>
    /// <param name="note">Takes what a user should hear of, a line each; null drops it.</param>
    /// <exception cref="BadInputException">There is no such workload, or it is empty or broken.</exception>
    public static Trace Load(string pathOrName, ulong seed, Action<string>? note = null)
    {
        if (File.Exists(pathOrName))
        {
            return IsSpec(pathOrName) ? TraceGenerator.Generate(SpecFile.Read(pathOrName), seed) : TraceReader.Read(pathOrName, seed, note);
        }

        return Directory.Exists(pathOrName)
            ? TraceReader.Read(pathOrName, seed, note)
            : TraceGenerator.Generate(SpecFile.Read(PathOf(pathOrName)), seed);
    }

    /// <summary>The spec at a path or of a bundled name.</summary>
    /// <exception cref="BadInputException">There is none, or it is broken.</exception>
    public static WorkloadSpec LoadSpec(string pathOrName) => SpecFile.Read(File.Exists(pathOrName) ? pathOrName : PathOf(pathOrName));

    /// <summary>Names of the bundled specs, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names() =>
        Directory.Exists(BundledFolder)
            ? [.. Directory.EnumerateFiles(BundledFolder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)]
            : [];

    private static bool IsSpec(string path) => FormatSniffer.Recognise(path).Format == TraceFormat.Spec;

    private static string PathOf(string name)
    {
        var names = Names();
        var found = names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? names.FirstOrDefault(known => SpecFile.Read(Bundled(known)).Aliases.Contains(name, StringComparer.OrdinalIgnoreCase));
        if (found is not null)
        {
            return Bundled(found);
        }

        var hint = names.Count == 0 ? "" : $"; nearest is {Spelling.Nearest(name, names)}; known: {string.Join(", ", names)}";
        throw new BadInputException("--workload", $"`{name}` is neither a file nor a bundled workload", $"give a trace, a spec or a name{hint}");
    }

    private static string Bundled(string name) => Path.Combine(BundledFolder, name + ".json");
}
