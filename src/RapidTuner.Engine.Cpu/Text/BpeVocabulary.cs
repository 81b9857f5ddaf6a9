namespace RapidTuner.Engine.Cpu.Text;

/// <summary>A byte-pair vocabulary as read from a file.</summary>
internal sealed record BpeVocabulary
{
    /// <summary>Number of each token.</summary>
    public required IReadOnlyDictionary<string, int> Ids { get; init; }

    /// <summary>Merges by rank.</summary>
    public required MergeTable Merges { get; init; }

    /// <summary>Marks: tokens that no text can spell.</summary>
    public required IReadOnlyDictionary<string, int> Marks { get; init; }

    /// <summary>Mark at the beginning of a text; null for none.</summary>
    public int? Begin { get; init; }

    /// <summary>True when a word that is a token is taken whole, merges aside (Llama 3).</summary>
    public bool WholeWords { get; init; }

    /// <summary>Token of what the vocabulary cannot spell; null for none.</summary>
    public int? Unknown { get; init; }
}
