using System.Runtime.InteropServices;

namespace RapidTuner.Control.Planning;

/// <summary>What a scenario's load asks of a device, in a few numbers.</summary>
/// <param name="RequestsPerS">Arrivals, requests/s.</param>
/// <param name="PrefillTokensPerS">Uncached prompt tokens that arrive, tokens/s.</param>
/// <param name="PromptTokens">Mean uncached prompt, tokens.</param>
/// <param name="OutputTokens">Mean output, tokens; what still runs as it is taken to end.</param>
/// <param name="ContextTokens">Mean context of a sequence in decode, tokens.</param>
/// <param name="ShortShare">Share of requests with fewer than a hundred gaps, for which no gap may be late, 0 to 1.</param>
/// <param name="TtftLimitS">Mean limit on TTFT, seconds.</param>
/// <param name="TtftLimitLowS">The limit on TTFT that nine in ten requests have at least, seconds.</param>
internal readonly record struct LoadSummary(
    double RequestsPerS, double PrefillTokensPerS, double PromptTokens, double OutputTokens, double ContextTokens, double ShortShare, double TtftLimitS, double TtftLimitLowS)
{
    private const int GapsWithoutALateOne = 100;

    /// <summary>Sums a scenario up; arrivals are counted over <paramref name="spanS"/>.</summary>
    public static LoadSummary Of(List<ScenarioRequest> scenario, double spanS)
    {
        var (prompt, output, weighted, brief) = (0.0, 0.0, 0.0, 0);
        var limits = new double[scenario.Count];
        var at = 0;
        foreach (ref readonly var request in CollectionsMarshal.AsSpan(scenario))
        {
            prompt += Math.Max(1, request.PromptTokens - request.CachedTokens);
            output += request.OutputTokens;
            weighted += request.OutputTokens * (request.PromptTokens + (0.5 * request.OutputTokens));
            brief += request.OutputTokens <= GapsWithoutALateOne ? 1 : 0;
            limits[at++] = request.TtftLimitS;
        }

        Array.Sort(limits);
        var count = scenario.Count;
        return new LoadSummary(count / spanS, prompt / spanS, prompt / count, output / count, weighted / Math.Max(1, output), (double)brief / count, limits.Average(), limits[count / 10]);
    }
}
