using RapidTuner.Core.Workload;

namespace RapidTuner.Bench.Recovery;

/// <summary>A steady load whose prompts are for a while so many times as long; arrivals and outputs go on as before.</summary>
internal static class SurgeLoad
{
    /// <summary>Makes it.</summary>
    /// <param name="rateRps">Requests per second, Poisson.</param>
    /// <param name="surge">When, and how much.</param>
    /// <param name="seed">Of arrivals and lengths.</param>
    public static Trace Of(double rateRps, Surge surge, ulong seed)
    {
        var steady = SyntheticLoad.Of((int)Math.Ceiling(rateRps * surge.EndS), rateRps, seed);
        var requests = steady.Requests
            .Where(r => r.ArrivalS < surge.EndS)
            .Select(r => surge.Holds(r.ArrivalS) ? r with { PromptTokens = (int)(r.PromptTokens * surge.Factor) } : r);
        return steady with { Name = "surge", Requests = [.. requests] };
    }
}
