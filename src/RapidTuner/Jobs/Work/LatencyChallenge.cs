using RapidTuner.Core.Errors;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Jobs.Work;

/// <summary>Latency models compared on new steps, in blocks of a minute.</summary>
/// <param name="registry">The models.</param>
/// <param name="steps">The store's steps.</param>
/// <param name="notes">Told what could not be read.</param>
internal sealed class LatencyChallenge(ModelRegistry registry, ModelSteps steps, Action<string> notes) : IChallenge
{
    public string Target => LatencyTarget.Name;

    public string Unit => "blocks of new steps";

    public IReadOnlyList<double>? Gains(RegistryEntry champion, RegistryEntry challenger, CancellationToken stop) =>
        Load(champion) is { } old && Load(challenger) is { } young ? steps.BlockGains(old, young, Math.Max(champion.DataToUs, challenger.DataToUs), stop) : null;

    private LatencyModel? Load(RegistryEntry entry)
    {
        try
        {
            return LatencyModelFile.Load(registry.Folder.ArtefactPath(entry.Id));
        }
        catch (BadInputException bad)
        {
            notes(bad.Message);
            return null;
        }
    }
}
