using RapidTuner.Control.Policies;
using RapidTuner.Control.Trust;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;

namespace RapidTuner.Serving.Trials;

/// <summary>The service's trial: who wants to decide, and how that one is made and proposed.</summary>
/// <param name="policy">The running policy.</param>
/// <param name="make">Makes a challenger's policy; it may take seconds, and throw <see cref="BadInputException"/>.</param>
/// <param name="actions">What promotions and rollbacks do.</param>
internal sealed class ServiceTrial(TrialPolicy policy, Func<ChallengerName, IPolicy> make, RegistryActions actions)
{
    private ChallengerName? _wanted;

    /// <summary>The running policy.</summary>
    public TrialPolicy Policy => policy;

    /// <summary>What promotions and rollbacks do.</summary>
    public RegistryActions Actions => actions;

    /// <summary>Who is scored and proposed at the next run of the job <c>evaluate</c>; null: nobody.</summary>
    public ChallengerName? Wanted
    {
        get => Volatile.Read(ref _wanted);
        set => Volatile.Write(ref _wanted, value);
    }

    /// <summary>True where the running policy decides by the model <paramref name="modelId"/>.</summary>
    public bool Asks(string modelId) => policy.State.ChampionId == new ChallengerName(PolicyNames.LearnedChampion, modelId).ToString();

    /// <summary>Proposes a challenger with its scores.</summary>
    /// <returns>What came of it, for people.</returns>
    public string Propose(ChallengerName challenger, double? whatIfRatio, double? offPolicyHighRps, double? championRps)
    {
        var state = policy.State;
        if (challenger.ToString() == state.ChampionId)
        {
            return "it decides already";
        }

        try
        {
            var challenge = new Challenge(state.ChampionId, challenger.ToString(), whatIfRatio, offPolicyHighRps, championRps);
            return policy.Propose(challenge, make(challenger)) ? "proposed" : "another challenger is on its way";
        }
        catch (Exception refused) when (refused is BadInputException or ArgumentException)
        {
            return refused.Message;
        }
    }
}
