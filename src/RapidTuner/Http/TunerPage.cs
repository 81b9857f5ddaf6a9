using System.Text.Json;
using RapidTuner.Control.Guardrails;
using RapidTuner.Core.Control;

namespace RapidTuner.Http;

/// <summary>What the state says of guardrails and planning.</summary>
internal static class TunerPage
{
    public static object Of(IWatchedPolicy tuner, double nowS)
    {
        var plans = tuner.Plans(nowS);
        return new
        {
            Refused = tuner.Refused == Reason.None ? null : Name(tuner.Refused),
            tuner.Inert,
            tuner.Flapping,
            Guarded = GuardCounts.Guards.Where(g => tuner.Guarded(g) > 0).ToDictionary(Name, tuner.Guarded),
            Plans = new { plans.Made, plans.Explored, plans.Failed, plans.Dropped, plans.AgeS },
        };
    }

    private static string Name(Reason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());
}
