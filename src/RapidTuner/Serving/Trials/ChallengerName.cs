using RapidTuner.Control.Policies;
using RapidTuner.Core.Errors;

namespace RapidTuner.Serving.Trials;

/// <summary>What a challenger is called: a policy that runs by itself, or <c>learned:champion@ID</c> for one model of the registry.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Model">The model's id; null: the policy's own.</param>
internal sealed record ChallengerName(string Policy, string? Model)
{
    /// <summary>Reads a name.</summary>
    /// <exception cref="BadInputException">The policy is none, or takes no model.</exception>
    public static ChallengerName Parse(string text, string where)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var (policy, model) = at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
        policy = PolicyNames.CheckPure(policy, where);
        return model is null || AsksModel(policy)
            ? new ChallengerName(policy, model)
            : throw new BadInputException(where, $"'{policy}' asks no model", $"name a model with {PolicyNames.LearnedChampion}@ID alone");
    }

    /// <summary>True for policies that decide by a model of the registry.</summary>
    public static bool AsksModel(string policy) => policy is PolicyNames.LearnedChampion or PolicyNames.LearnedNoTrees;

    /// <inheritdoc/>
    public override string ToString() => Model is null ? Policy : $"{Policy}@{Model}";
}
