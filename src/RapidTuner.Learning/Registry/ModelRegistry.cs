using System.Reflection;
using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.Registry;

/// <summary>
/// The models of one data folder and which of them are used: a champion per target and scope, challengers beside it. Every change
/// is one file that replaces another whole, after what it names is on disk; a killed process leaves the old champion. One process
/// changes the registry at a time; reading needs no lock.
/// </summary>
public sealed class ModelRegistry
{
    private readonly TimeProvider _clock;
    private readonly Action<string> _notes;
    private readonly string _statePath;

    /// <summary>The registry in <c>models/</c> of a data folder; made when first written to.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="clock">Says when a model was trained.</param>
    /// <param name="notes">Told what could not be read.</param>
    public ModelRegistry(string dataFolder, TimeProvider clock, Action<string> notes)
    {
        ArgumentNullException.ThrowIfNull(clock);
        (Folder, _clock, _notes) = (new ModelFolder(Path.Combine(dataFolder, "models")), clock, notes);
        _statePath = Path.Combine(Folder.FolderPath, "registry.json");
    }

    /// <summary>Its models.</summary>
    public ModelFolder Folder { get; }

    /// <summary>Every model with its status, by id.</summary>
    /// <exception cref="BadInputException">The registry's state is damaged or newer than this program.</exception>
    public IReadOnlyList<RegisteredModel> List()
    {
        var state = State();
        return [.. Folder.Entries(_notes).Select(e => new RegisteredModel(e, StatusOf(e, state), IsPinned(e, state)))];
    }

    /// <summary>The model called <paramref name="id"/>.</summary>
    /// <exception cref="BadInputException">There is none, or it cannot be read.</exception>
    public RegisteredModel Get(string id)
    {
        var state = State();
        var entry = Folder.Find(id) ?? throw Unknown(id);
        return new RegisteredModel(entry, StatusOf(entry, state), IsPinned(entry, state));
    }

    /// <summary>The champion of a target and scope; null when there is none of one's own.</summary>
    /// <exception cref="BadInputException">State or entry cannot be read.</exception>
    public RegistryEntry? Champion(string target, string scope) => State().Of(target, scope).Champion is { } id ? Folder.Find(id) : null;

    /// <summary>
    /// The champions in the order in which they are to be tried: the present one, then former ones, latest first. A state that cannot
    /// be read is noted, and there are none.
    /// </summary>
    public IEnumerable<RegistryEntry> ChampionsToTry(string target, string scope)
    {
        ScopeState of;
        try
        {
            of = State().Of(target, scope);
        }
        catch (BadInputException bad)
        {
            _notes(bad.Message);
            yield break;
        }

        foreach (var id in of.History.Append(of.Champion).OfType<string>().Reverse().Distinct(StringComparer.Ordinal))
        {
            RegistryEntry? entry = null;
            try
            {
                entry = of.Champion is null ? null : Folder.Find(id);
            }
            catch (BadInputException bad)
            {
                _notes(bad.Message);
            }

            if (entry is { GateFailures.Count: 0 })
            {
                yield return entry;
            }
        }
    }

    /// <summary>
    /// Adds a trained model. One that failed its gate is kept and marked. One that passed becomes champion at once, unless the
    /// present champion is pinned or <paramref name="promote"/> is false: then it waits as challenger.
    /// </summary>
    public RegisteredModel Add(ModelCandidate candidate, bool promote)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        if (!RegistryFile.IsName(candidate.Target) || !RegistryFile.IsName(candidate.Scope))
        {
            throw new BadInputException("models", $"\"{candidate.Target}\" of \"{candidate.Scope}\" is no name of a target and scope", "use letters, digits, . + - and _");
        }

        using var only = Lock();
        var state = State();
        var of = state.Of(candidate.Target, candidate.Scope);
        var entry = Folder.Add(NextId(candidate), candidate, of.Champion ?? "", Program, _clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000);
        if (promote && candidate.GateFailures.Count == 0 && !of.Pinned)
        {
            state = Succeed(state, entry, pinned: false);
            RegistryFile.Write(_statePath, state);
        }

        return new RegisteredModel(entry, StatusOf(entry, state), false);
    }

    /// <summary>Makes a model champion.</summary>
    /// <exception cref="BadInputException">There is none of that name, it failed its gate, its artefact is damaged, or the champion is pinned.</exception>
    public RegisteredModel Promote(string id) => Change(id, (entry, state) =>
        state.Of(entry.Target, entry.Scope) is { Pinned: true } of && of.Champion != id
            ? throw new BadInputException(id, $"cannot be promoted: {of.Champion} is pinned", $"unpin it first (`models pin {of.Champion} --off`)")
            : Succeed(state, Usable(entry), state.Of(entry.Target, entry.Scope).Pinned));

    /// <summary>Makes a model champion and holds it in office, or lets the present one go.</summary>
    /// <exception cref="BadInputException">There is none of that name, or it cannot be used.</exception>
    public RegisteredModel Pin(string id, bool on) => Change(id, (entry, state) =>
    {
        if (on)
        {
            return Succeed(state, Usable(entry), pinned: true);
        }

        var of = state.Of(entry.Target, entry.Scope);
        return of.Pinned && of.Champion == id
            ? state.With(entry.Target, entry.Scope, of with { Pinned = false })
            : throw new BadInputException(id, "is not pinned", "`models list` shows which are");
    });

    /// <summary>
    /// Puts the former champion of a model's target and scope back in office. Without a former one, none of one's own is left and
    /// what is shipped is used.
    /// </summary>
    /// <exception cref="BadInputException">There is no champion, or it is pinned.</exception>
    public RegisteredModel Rollback(string id) => Change(id, (entry, state) =>
    {
        var of = state.Of(entry.Target, entry.Scope);
        if (of.Champion is null || of.Pinned)
        {
            throw new BadInputException(id, of.Pinned ? $"cannot be rolled back: {of.Champion} is pinned" : "has no champion to roll back", of.Pinned ? $"unpin it first (`models pin {of.Champion} --off`)" : "`models list` shows champions");
        }

        return state.With(entry.Target, entry.Scope, of with { Champion = of.History.Count == 0 ? null : of.History[^1], History = [.. of.History.SkipLast(1)] });
    });

    private static string Program => "rapidtuner " + (typeof(ModelRegistry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");

    private static RegistryState Succeed(RegistryState state, RegistryEntry entry, bool pinned)
    {
        var of = state.Of(entry.Target, entry.Scope);
        var history = of.Champion is null || of.Champion == entry.Id ? of.History : of.History.Append(of.Champion).TakeLast(ScopeState.HistoryMax);
        return state.With(entry.Target, entry.Scope, new ScopeState { Champion = entry.Id, Pinned = pinned, History = [.. history] });
    }

    private static ModelStatus StatusOf(RegistryEntry entry, RegistryState state)
    {
        var of = state.Of(entry.Target, entry.Scope);
        return entry.GateFailures.Count > 0 ? ModelStatus.Failed
            : of.Champion == entry.Id ? ModelStatus.Champion
            : of.History.Contains(entry.Id, StringComparer.Ordinal) ? ModelStatus.Retired
            : ModelStatus.Challenger;
    }

    private static bool IsPinned(RegistryEntry entry, RegistryState state) => state.Of(entry.Target, entry.Scope) is { Pinned: true } of && of.Champion == entry.Id;

    private RegisteredModel Change(string id, Func<RegistryEntry, RegistryState, RegistryState> change)
    {
        var entry = Folder.Find(id) ?? throw Unknown(id);
        using var only = Lock();
        var state = change(entry, State());
        RegistryFile.Write(_statePath, state);
        return new RegisteredModel(entry, StatusOf(entry, state), IsPinned(entry, state));
    }

    private RegistryEntry Usable(RegistryEntry entry)
    {
        if (entry.GateFailures.Count > 0)
        {
            throw new BadInputException(entry.Id, "failed its gate: " + string.Join("; ", entry.GateFailures), "train again, with more or other data");
        }

        return Folder.ArtefactFault(entry) is { } fault ? throw new BadInputException(entry.Id, "cannot be used: " + fault, "choose another model") : entry;
    }

    private RegistryState State()
    {
        var state = RegistryFile.Read<RegistryState>(_statePath, s => s.Format) ?? new RegistryState();
        return state.Scopes.Values.Any(s => s?.History is null) ? throw new BadInputException(_statePath, "is damaged", "restore it from a backup, or remove it") : state;
    }

    /// <summary>The next free name: numbers rise and are not used again while their files are there.</summary>
    private string NextId(ModelCandidate candidate)
    {
        var prefix = $"{candidate.Target}-{candidate.Scope}-";
        var last = !Directory.Exists(Folder.FolderPath) ? 0 : Directory.EnumerateFiles(Folder.FolderPath, prefix + "*.model")
            .Select(f => int.TryParse(Path.GetFileNameWithoutExtension(f)[prefix.Length..], out var number) ? number : 0).DefaultIfEmpty(0).Max();
        return $"{prefix}{last + 1}";
    }

    private FileStream Lock()
    {
        Directory.CreateDirectory(Folder.FolderPath);
        var path = Path.Combine(Folder.FolderPath, "registry.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException busy)
        {
            throw new IOException($"{path}: another process is changing the registry; try again when it is done", busy);
        }
    }

    private BadInputException Unknown(string id) =>
        new(id, $"is no model of {Folder.FolderPath}", "`models list` shows what there is");
}
