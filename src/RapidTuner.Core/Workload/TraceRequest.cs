namespace RapidTuner.Core.Workload;

/// <summary>One row of a workload trace.</summary>
/// <param name="ArrivalS">Seconds since the trace's first instant, ≥ 0.</param>
/// <param name="PromptTokens">All prompt tokens, cached included, ≥ 1.</param>
/// <param name="OutputTokens">Tokens generated until end of sequence, ≥ 1. Known to executors only.</param>
/// <param name="CachedTokens">Leading prompt tokens whose KV a prefix cache holds, 0 to <paramref name="PromptTokens"/>.</param>
public readonly record struct TraceRequest(double ArrivalS, int PromptTokens, int OutputTokens, int CachedTokens = 0)
{
    /// <summary>Prompt tokens that must be computed: at least the last one. DESIGN §4.</summary>
    public int ComputedTokens => Math.Max(1, PromptTokens - CachedTokens);
}
