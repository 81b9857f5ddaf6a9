using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Jobs.Work;

/// <summary>
/// Scores the latest challenger of every scope against its champion on steps that neither was trained on, in blocks of a minute,
/// and promotes it when the lower bound of what it gains is above 0 (or there is no champion of one's own to beat). A promotion is
/// one file that replaces another: killed before it, nothing changed; run after it, there is nothing left to promote.
/// </summary>
/// <param name="registry">The models.</param>
/// <param name="steps">The store's steps.</param>
/// <param name="notes">Told what could not be read.</param>
internal sealed class PromoteWork(ModelRegistry registry, ModelSteps steps, Action<string> notes) : IJobWork
{
    /// <summary>Fewest blocks that a verdict rests on; chosen: fewer tell no spread.</summary>
    private const int BlocksMin = 6;

    /// <summary>One-sided 95 % quantile of Student's t with <see cref="BlocksMin"/> − 1 degrees of freedom; with more blocks it is cautious.</summary>
    private const double TQuantile = 2.015;

    public string Name => "promote";

    public string About => "Scores challengers on steps they never saw and promotes those that are surely better.";

    public object Run(JobRun run, CancellationToken stop)
    {
        var verdicts = new List<object>();
        var scopes = registry.List().Where(m => m.Entry.Target == LatencyTarget.Name).GroupBy(m => m.Entry.Scope).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray();
        for (var i = 0; i < scopes.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            var champion = registry.Champion(LatencyTarget.Name, scopes[i].Key);
            var challenger = scopes[i].Where(m => m.Status == ModelStatus.Challenger && m.Entry.CreatedUs >= (champion?.CreatedUs ?? 0)).MaxBy(m => m.Entry.CreatedUs)?.Entry;
            if (challenger is not null)
            {
                verdicts.Add(Judge(scopes[i].Key, champion, challenger, stop));
            }

            run.Report((i + 1.0) / scopes.Length);
        }

        return new { Verdicts = verdicts };
    }

    private object Judge(string scope, RegistryEntry? champion, RegistryEntry challenger, CancellationToken stop)
    {
        if (champion is null)
        {
            registry.Promote(challenger.Id);
            return new { Scope = scope, Challenger = challenger.Id, Champion = "", Promoted = true, Why = "there was no champion" };
        }

        var (old, young) = (Load(champion), Load(challenger));
        if (young is null || old is null)
        {
            return new { Scope = scope, Challenger = challenger.Id, Champion = champion.Id, Promoted = false, Why = "an artefact cannot be read" };
        }

        var gains = steps.BlockGains(old, young, Math.Max(champion.DataToUs, challenger.DataToUs), stop);
        var mean = gains.Count == 0 ? 0 : gains.Average();
        var spread = gains.Count < 2 ? 0 : Math.Sqrt(gains.Sum(g => (g - mean) * (g - mean)) / (gains.Count - 1) / gains.Count);
        var lower = mean - (TQuantile * spread);
        var promotes = gains.Count >= BlocksMin && lower > 0 && !IsPinned(champion.Id);
        if (promotes)
        {
            registry.Promote(challenger.Id);
        }

        var why = gains.Count < BlocksMin ? $"insufficient support: {gains.Count} blocks of new steps, {BlocksMin} are needed"
            : lower <= 0 ? "not surely better" : promotes ? "better" : "the champion is pinned";
        return new { Scope = scope, Challenger = challenger.Id, Champion = champion.Id, Blocks = gains.Count, Gain = mean, GainLow = lower, Promoted = promotes, Why = why };
    }

    private bool IsPinned(string id) => registry.Get(id).Pinned;

    private LatencyModel? Load(RegistryEntry entry)
    {
        try
        {
            return LatencyModelFile.Load(registry.Folder.ArtefactPath(entry.Id));
        }
        catch (Core.Errors.BadInputException bad)
        {
            notes(bad.Message);
            return null;
        }
    }
}
