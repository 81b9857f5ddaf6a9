namespace RapidTuner.Core.Samples;

/// <summary>One request as it went.</summary>
public readonly record struct RequestSample
{
    /// <summary>Number of the request, rising in order of arrival.</summary>
    public long Id { get; init; }

    /// <summary>Arrival, engine seconds.</summary>
    public double ArrivalS { get; init; }

    /// <summary>All prompt tokens.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Prompt tokens found in the prefix cache.</summary>
    public int CachedTokens { get; init; }

    /// <summary>Tokens produced.</summary>
    public int OutputTokens { get; init; }

    /// <summary>Launch of the first step that computed part of the prompt; NaN when none was.</summary>
    public double FirstScheduledS { get; init; }

    /// <summary>First token; NaN when none was produced.</summary>
    public double FirstTokenS { get; init; }

    /// <summary>Last token, or the end by rejection or cancellation.</summary>
    public double FinishS { get; init; }

    /// <summary>This request's limit on TTFT, seconds.</summary>
    public double TtftLimitS { get; init; }

    /// <summary>Gaps between following tokens that exceeded the ITL limit.</summary>
    public int LateGaps { get; init; }

    /// <summary>The longest gap, seconds, among those measured singly (first gap, gaps after preemption); 0 when none.</summary>
    public double SingleGapMaxS { get; init; }

    /// <summary>Times its KV was given up and recomputed.</summary>
    public int Preemptions { get; init; }

    /// <summary>How it ended.</summary>
    public Outcome Outcome { get; init; }

    /// <summary>Time to first token, seconds; NaN when there is none.</summary>
    public double TtftS => FirstTokenS - ArrivalS;

    /// <summary>Gaps between following tokens.</summary>
    public int Gaps => Math.Max(0, OutputTokens - 1);

    /// <summary>Mean inter-token latency (TPOT), seconds; NaN without gaps.</summary>
    public double MeanItlS => Gaps == 0 ? double.NaN : (FinishS - FirstTokenS) / Gaps;

    /// <summary>
    /// TTFT and p99 ITL inside the SLO (COMPARISON §1). The p99 over n gaps is the ⌈0.99 n⌉-th smallest, so it meets the
    /// limit exactly when at most n − ⌈0.99 n⌉ gaps are late.
    /// </summary>
    public bool Attained => Outcome == Outcome.Finished && TtftS <= TtftLimitS && LateGaps <= Gaps - (((99 * Gaps) + 99) / 100);

    /// <summary>The same with the mean ITL in place of its p99.</summary>
    public bool AttainedMean(double itlLimitS) =>
        Outcome == Outcome.Finished && TtftS <= TtftLimitS && (Gaps == 0 || MeanItlS <= itlLimitS);
}
