namespace RapidTuner.Core.Catalogue;

/// <summary>A specification read from a JSON file of <c>models/</c>. Each property is a key in snake case.</summary>
public interface ISpec
{
    /// <summary>The file's name without <c>.json</c>.</summary>
    string Name { get; }

    /// <summary>Other spellings that resolve to it, ignoring case.</summary>
    IReadOnlyList<string> Aliases { get; }

    /// <summary>Adds what is wrong between keys, each of which is fine by itself.</summary>
    void Check(SpecCheck found);
}
