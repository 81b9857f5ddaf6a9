using System.Text.Json.Serialization;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Describing;

/// <summary>What <c>workload describe</c> tells of a trace. Rates and variation of a single instant are null.</summary>
public sealed record TraceSummary
{
    private const double MinuteS = 60;

    /// <summary>Name of the trace.</summary>
    [JsonPropertyName("workload")]
    public string Workload { get; init; } = "";

    /// <summary>Requests.</summary>
    [JsonPropertyName("requests")]
    public int Requests { get; init; }

    /// <summary>Source rows without response tokens, left out.</summary>
    [JsonPropertyName("skipped")]
    public int Skipped { get; init; }

    /// <summary>Last arrival minus first, seconds.</summary>
    [JsonPropertyName("span_s")]
    public double SpanS { get; init; }

    /// <summary>Requests / span, requests per second.</summary>
    [JsonPropertyName("offered_rps")]
    public double? OfferedRps { get; init; }

    /// <summary>Rate of the busiest minute, requests per second; minutes are counted from the first arrival.</summary>
    [JsonPropertyName("peak_60s_rps")]
    public double? Peak60SRps { get; init; }

    /// <summary>Coefficient of variation of all gaps between arrivals; 1 is Poisson.</summary>
    [JsonPropertyName("gap_cv")]
    public double? GapCv { get; init; }

    /// <summary>Resolution of the time stamps, seconds; 0 when finer than a millisecond.</summary>
    [JsonPropertyName("timestamp_step_s")]
    public double TimestampStepS { get; init; }

    /// <summary>Prompt tokens.</summary>
    [JsonPropertyName("prompt_tokens")]
    public LengthSummary? PromptTokens { get; init; }

    /// <summary>Output tokens.</summary>
    [JsonPropertyName("output_tokens")]
    public LengthSummary? OutputTokens { get; init; }

    /// <summary>Rank correlation (Spearman) of prompt and output; null when either is constant.</summary>
    [JsonPropertyName("length_correlation")]
    public double? LengthCorrelation { get; init; }

    /// <summary>Cached prompt tokens / prompt tokens.</summary>
    [JsonPropertyName("cached_share")]
    public double CachedShare { get; init; }

    /// <summary>Sums up a trace of at least one request.</summary>
    public static TraceSummary Of(Trace trace)
    {
        var requests = trace.Requests;
        var instant = trace.SpanS <= 0;
        var correlation = TraceSeries.LengthCorrelation(trace);
        return new TraceSummary
        {
            Workload = trace.Name,
            Requests = requests.Length,
            Skipped = trace.Skipped,
            SpanS = trace.SpanS,
            OfferedRps = instant ? null : requests.Length / trace.SpanS,
            Peak60SRps = instant ? null : Peak(requests) / MinuteS,
            GapCv = instant ? null : TraceSeries.Moments(TraceSeries.GapsS(trace)).Cv,
            TimestampStepS = trace.TimestampStepS,
            PromptTokens = LengthSummary.Of(Array.ConvertAll(requests, request => request.PromptTokens)),
            OutputTokens = LengthSummary.Of(Array.ConvertAll(requests, request => request.OutputTokens)),
            LengthCorrelation = double.IsFinite(correlation) ? correlation : null,
            CachedShare = requests.Sum(request => (double)request.CachedTokens) / requests.Sum(request => (double)request.PromptTokens),
        };
    }

    private static int Peak(TraceRequest[] requests)
    {
        var (minute, count, peak) = (-1.0, 0, 0);
        foreach (ref readonly var request in requests.AsSpan())
        {
            var at = Math.Floor((request.ArrivalS - requests[0].ArrivalS) / MinuteS);
            count = at.Equals(minute) ? count + 1 : 1;
            minute = at;
            peak = Math.Max(peak, count);
        }

        return peak;
    }
}
