using RapidTuner.Control.Learned;

namespace RapidTuner.Control.Planning;

/// <summary>
/// Chooses the fast rule's parameters from what the load is like (docs/policy.md): decode's floor by the capacity that it leaves, the chunk's
/// time by the tightest limits on TTFT, and whether first gaps are kept by how many requests can afford a late one.
/// </summary>
internal sealed class LoadPlanner(RecentRequests recent, CapacityModel capacity, PlannerSettings settings, double itlLimitS, bool splitOnly) : IPlanner
{
    private readonly List<ScenarioRequest> _scenario = [];

    /// <inheritdoc/>
    public RuleParameters Plan(RuleParameters present, double nowS)
    {
        recent.Write(_scenario, nowS, settings.SpanS, settings.RequestsMax);
        if (_scenario.Count < settings.RequestsMin)
        {
            return present;
        }

        var load = LoadSummary.Of(_scenario, Math.Max(1, nowS - recent.OldestS(nowS, settings.SpanS, settings.RequestsMax)));
        var keepsFirst = load.ShortShare > settings.ShortShareMin;
        var stepLimitS = itlLimitS * (keepsFirst ? settings.StepShareShort : settings.StepShareLong);
        var plan = present with
        {
            JoinItls = keepsFirst ? present.Margin : 3,
            DecodeFloorShare = capacity.FloorShare(in load, stepLimitS, settings.SojournShare),
        };
        if (splitOnly)
        {
            return plan;
        }

        var chunkItls = settings.ChunkTtftShare * load.TtftLimitLowS / itlLimitS;
        return plan with { ChunkTimeItls = Math.Clamp(chunkItls, settings.ChunkItlsMin, settings.ChunkItlsMax), ChunkTokensMin = keepsFirst ? settings.ChunkTokensMinShort : settings.ChunkTokensMinLong };
    }
}
