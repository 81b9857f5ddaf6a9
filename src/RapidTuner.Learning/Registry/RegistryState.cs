namespace RapidTuner.Learning.Registry;

/// <summary>The one file of the registry that changes: champions by target and scope.</summary>
internal sealed record RegistryState
{
    public int Format { get; init; } = RegistryEntry.FormatNewest;

    /// <summary>By <c>target|scope</c>.</summary>
    public IReadOnlyDictionary<string, ScopeState> Scopes { get; init; } = new SortedDictionary<string, ScopeState>(StringComparer.Ordinal);

    public static string KeyOf(string target, string scope) => target + "|" + scope;

    public ScopeState Of(string target, string scope) => Scopes.GetValueOrDefault(KeyOf(target, scope)) ?? new ScopeState();

    public RegistryState With(string target, string scope, ScopeState state) =>
        this with { Scopes = new SortedDictionary<string, ScopeState>(Scopes.ToDictionary(), StringComparer.Ordinal) { [KeyOf(target, scope)] = state } };
}
