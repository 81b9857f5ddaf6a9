using RapidTuner.Control.Policies;
using RapidTuner.Learning.Registry;
using RapidTuner.Serving.Trials;

namespace RapidTuner.Jobs.Work;

/// <summary>
/// Scores the latest challenger of every target and scope against its champion on data that neither was trained on, in blocks of time,
/// and promotes it when the lower bound of what it gains is above 0 (or there is no champion of one's own to beat). A promotion is
/// one file that replaces another: killed before it, nothing changed; run after it, there is nothing left to promote.
/// </summary>
/// <param name="registry">The models.</param>
/// <param name="challenges">How models of each target are compared; those of other targets are left alone.</param>
/// <param name="trial">A service whose policy may decide by one of these models: there a better one is proposed for a trial in place of being promoted; null: none.</param>
internal sealed class PromoteWork(ModelRegistry registry, IReadOnlyList<IChallenge> challenges, ServiceTrial? trial = null) : IJobWork
{
    /// <summary>Fewest blocks that a verdict rests on; chosen: fewer tell no spread.</summary>
    private const int BlocksMin = 6;

    /// <summary>One-sided 95 % quantile of Student's t with <see cref="BlocksMin"/> − 1 degrees of freedom; with more blocks it is cautious.</summary>
    private const double TQuantile = 2.015;

    public string Name => "promote";

    public string About => "Scores challengers on data they never saw and promotes those that are surely better.";

    public object Run(JobRun run, CancellationToken stop)
    {
        var verdicts = new List<object>();
        var scopes = registry.List().GroupBy(m => (m.Entry.Target, m.Entry.Scope)).OrderBy(g => g.Key.Target, StringComparer.Ordinal).ThenBy(g => g.Key.Scope, StringComparer.Ordinal)
            .Select(g => (Models: g, How: challenges.FirstOrDefault(c => c.Target == g.Key.Target))).Where(g => g.How is not null).ToArray();
        for (var i = 0; i < scopes.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            var (target, scope) = scopes[i].Models.Key;
            var champion = registry.Champion(target, scope);
            var challenger = scopes[i].Models.Where(m => m.Status == ModelStatus.Challenger && m.Entry.CreatedUs >= (champion?.CreatedUs ?? 0)).MaxBy(m => m.Entry.CreatedUs)?.Entry;
            if (challenger is not null)
            {
                verdicts.Add(Judge(scopes[i].How!, champion, challenger, stop));
            }

            run.Report((i + 1.0) / scopes.Length);
        }

        return new { Verdicts = verdicts };
    }

    private object Judge(IChallenge how, RegistryEntry? champion, RegistryEntry challenger, CancellationToken stop)
    {
        var scope = challenger.Scope;
        if (champion is null)
        {
            registry.Promote(challenger.Id);
            return new { Scope = scope, Challenger = challenger.Id, Champion = "", Promoted = true, Why = "there was no champion" };
        }

        if (how.Gains(champion, challenger, stop) is not { } gains)
        {
            return new { Scope = scope, Challenger = challenger.Id, Champion = champion.Id, Promoted = false, Why = "an artefact cannot be read" };
        }

        var mean = gains.Count == 0 ? 0 : gains.Average();
        var spread = gains.Count < 2 ? 0 : Math.Sqrt(gains.Sum(g => (g - mean) * (g - mean)) / (gains.Count - 1) / gains.Count);
        var lower = mean - (TQuantile * spread);
        var promotes = gains.Count >= BlocksMin && lower > 0 && !IsPinned(champion.Id);
        if (promotes && trial is not null && trial.Asks(champion.Id))
        {
            var tried = trial.Propose(new ChallengerName(PolicyNames.LearnedChampion, challenger.Id), null, null, null);
            return new { Scope = scope, Challenger = challenger.Id, Champion = champion.Id, Blocks = gains.Count, Gain = mean, GainLow = lower, Promoted = false, Why = $"better; for a trial: {tried}" };
        }

        if (promotes)
        {
            registry.Promote(challenger.Id);
        }

        var why = gains.Count < BlocksMin ? $"insufficient support: {gains.Count} {how.Unit}, {BlocksMin} are needed"
            : lower <= 0 ? "not surely better" : promotes ? "better" : "the champion is pinned";
        return new { Scope = scope, Challenger = challenger.Id, Champion = champion.Id, Blocks = gains.Count, Gain = mean, GainLow = lower, Promoted = promotes, Why = why };
    }

    private bool IsPinned(string id) => registry.Get(id).Pinned;
}
