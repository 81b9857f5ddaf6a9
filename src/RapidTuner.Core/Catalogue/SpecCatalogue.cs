using RapidTuner.Core.Errors;

namespace RapidTuner.Core.Catalogue;

/// <summary>
/// Every device, model and stack that the program knows. Read once, whole, so that all problems of all files are told
/// together. Names and aliases ignore case; a path to a JSON file works in their place.
/// </summary>
public sealed class SpecCatalogue
{
    private readonly Dictionary<string, DeviceSpec> _devices = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ModelSpec> _models = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, StackSpec> _stacks = new(StringComparer.OrdinalIgnoreCase);
    private readonly DeviceCost? _prior;

    private SpecCatalogue(IEnumerable<string> folders, Problems problems)
    {
        foreach (var folder in folders)
        {
            if (!Directory.Exists(folder))
            {
                problems.Add(folder, "is no folder", "give a folder that holds devices/, llm/ or stacks/");
                continue;
            }

            var prior = Path.Combine(folder, "cost-prior.json");
            _prior = File.Exists(prior) ? new SpecReader(problems).Read<DeviceCost>(prior) ?? _prior : _prior;
            ReadAll(Path.Combine(folder, "devices"), _devices, problems);
            ReadAll(Path.Combine(folder, "llm"), _models, problems);
            ReadAll(Path.Combine(folder, "stacks"), _stacks, problems);
        }
    }

    /// <summary>The devices, by name.</summary>
    public IReadOnlyList<DeviceSpec> Devices => Sorted(_devices);

    /// <summary>The models, by name.</summary>
    public IReadOnlyList<ModelSpec> Models => Sorted(_models);

    /// <summary>The stacks, by name.</summary>
    public IReadOnlyList<StackSpec> Stacks => Sorted(_stacks);

    /// <summary>Cost constants of a device of which nothing but the datasheet is known.</summary>
    public DeviceCost CostPrior => _prior ?? throw new BadInputException("models/cost-prior.json", "is missing", "put it beside devices/");

    /// <summary>Opens the program's own <c>models/</c> and <paramref name="more"/> folders like it; a name in a later folder replaces an earlier one's.</summary>
    /// <exception cref="BadInputException">Any file has any problem.</exception>
    public static SpecCatalogue Open(params IEnumerable<string> more)
    {
        var problems = new Problems();
        var catalogue = new SpecCatalogue([Path.Combine(AppContext.BaseDirectory, "models"), .. more], problems);
        problems.ThrowIfAny();
        return catalogue;
    }

    /// <summary>The device called <paramref name="nameOrPath"/>.</summary>
    /// <exception cref="BadInputException">There is none; the known are listed.</exception>
    public DeviceSpec Device(string nameOrPath) => Resolve(nameOrPath, "device", _devices);

    /// <summary>The model called <paramref name="nameOrPath"/>.</summary>
    /// <exception cref="BadInputException">There is none; the known are listed.</exception>
    public ModelSpec Model(string nameOrPath) => Resolve(nameOrPath, "model", _models);

    /// <summary>The stack called <paramref name="nameOrPath"/>.</summary>
    /// <exception cref="BadInputException">There is none; the known are listed.</exception>
    public StackSpec Stack(string nameOrPath) => Resolve(nameOrPath, "stack", _stacks);

    /// <summary>The device of that name or alias, or null: for tables whose unknown rows are skipped and counted.</summary>
    public DeviceSpec? FindDevice(string name) => _devices.GetValueOrDefault(name);

    /// <summary>The model of that name or alias, or null.</summary>
    public ModelSpec? FindModel(string name) => _models.GetValueOrDefault(name);

    /// <summary>The stack of that name or alias, or null.</summary>
    public StackSpec? FindStack(string name) => _stacks.GetValueOrDefault(name);

    private static T[] Sorted<T>(Dictionary<string, T> known)
        where T : ISpec => [.. known.Values.DistinctBy(s => s.Name, StringComparer.OrdinalIgnoreCase).OrderBy(s => s.Name, StringComparer.Ordinal)];

    private T Resolve<T>(string nameOrPath, string kind, Dictionary<string, T> known)
        where T : class, ISpec
    {
        if (known.TryGetValue(nameOrPath, out var spec))
        {
            return spec;
        }

        var problems = new Problems();
        if (nameOrPath.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || File.Exists(nameOrPath))
        {
            spec = Read<T>(nameOrPath, problems);
            problems.ThrowIfAny();
            return spec!;
        }

        var nearest = known.GetValueOrDefault(Spelling.Nearest(nameOrPath, known.Keys))?.Name;
        throw new BadInputException(
            kind,
            $"\"{nameOrPath}\" is unknown",
            (nearest is null ? "" : $"did you mean {nearest}? ") + "known: " + string.Join(", ", Sorted(known).Select(s => s.Name)) + "; or give the path of a .json file");
    }

    private void ReadAll<T>(string folder, Dictionary<string, T> into, Problems problems)
        where T : class, ISpec
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var specs = Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(f => Read<T>(f, problems)).OfType<T>().ToArray();
        foreach (var spec in specs)
        {
            foreach (var replaced in into.Where(e => e.Value.Name.Equals(spec.Name, StringComparison.OrdinalIgnoreCase)).Select(e => e.Key).ToArray())
            {
                into.Remove(replaced);
            }
        }

        foreach (var spec in specs)
        {
            foreach (var name in spec.Aliases.Prepend(spec.Name))
            {
                if (!into.TryAdd(name, spec) && into[name].Name != spec.Name)
                {
                    problems.Add(folder, $"{name} means both {into[name].Name} and {spec.Name}", "remove it from one's aliases");
                }
            }
        }
    }

    private T? Read<T>(string path, Problems problems)
        where T : class => new SpecReader(problems).Read<T>(path, _prior is null ? [] : [_prior]);
}
