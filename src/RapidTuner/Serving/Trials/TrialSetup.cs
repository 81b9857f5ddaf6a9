using RapidTuner.Control.Trust;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Serving.Trials;

/// <summary>Makes the running policy and the trial around it.</summary>
/// <param name="options">Policy, challenger, data folder and seed.</param>
/// <param name="clock">The clock.</param>
/// <param name="find">Finds the champion of this device and model; it may have learned since.</param>
/// <param name="create">Makes a policy by name, with a model for one that asks it.</param>
internal sealed class TrialSetup(ServeOptions options, TimeProvider clock, Func<LatencyChampion> find, Func<string, LatencyModel?, IPolicy> create)
{
    /// <summary>Makes them.</summary>
    /// <exception cref="BadInputException">The policy cannot be made.</exception>
    public ServiceTrial Make()
    {
        // What cannot be read is told when the service opens the registry of the same folder.
        var registry = new ModelRegistry(options.Data, clock, static _ => { });
        var name = ChallengerName.Parse(options.Policy, "--policy");
        var champion = ChallengerName.AsksModel(name.Policy) ? Found(name.Policy) : null;
        var actions = new RegistryActions(registry);
        var id = champion is null ? name : name with { Model = champion.Id };
        var policy = new TrialPolicy(create(name.Policy, champion?.Model), id.ToString(), new TrustOptions(), actions, options.Seed);
        return new ServiceTrial(policy, challenger => create(challenger.Policy, ModelOf(challenger, registry)), actions)
        {
            Wanted = options.Challenger.Length == 0 ? null : ChallengerName.Parse(options.Challenger, "challenger"),
        };
    }

    private LatencyModel? ModelOf(ChallengerName challenger, ModelRegistry registry)
    {
        if (!ChallengerName.AsksModel(challenger.Policy))
        {
            return null;
        }

        var scene = find().Model.Scene;
        var model = challenger.Model is { } id ? LatencyModelFile.Load(registry.Folder.ArtefactPath(id)) : Found(challenger.Policy).Model;
        return model.Scene == scene
            ? model
            : throw new BadInputException("challenger", $"'{challenger}' is a model of {model.Scene.Model} on {model.Scene.Device}", $"name one of {scene.Model} on {scene.Device}");
    }

    private LatencyChampion Found(string policy) => find() is { Exact: not null } exact
        ? exact
        : throw new BadInputException("--policy", $"'{policy}' needs a model of this device and model, and none was learned", "serve under another policy and run `rapidtuner train` on its data, or choose learned, which measures a profile");
}
