using System.Text.Json.Serialization;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Describing;

/// <summary>Two-sample tests of a trace against another: what a generated trace must pass against its original.</summary>
/// <param name="Gaps">Kolmogorov-Smirnov of the times between arrivals, seconds.</param>
/// <param name="MinuteRates">Kolmogorov-Smirnov of the requests per 60 s, whole minutes from the first arrival.</param>
/// <param name="PromptTokens">Kolmogorov-Smirnov of the prompts' lengths.</param>
/// <param name="OutputTokens">Kolmogorov-Smirnov of the outputs' lengths.</param>
/// <param name="CachedTokens">Kolmogorov-Smirnov of the cached prompt tokens.</param>
/// <param name="LengthCorrelation">Fisher's test of the rank correlation of prompt and output.</param>
public sealed record TraceComparison(
    [property: JsonPropertyName("gaps")] TestResult Gaps,
    [property: JsonPropertyName("minute_rates")] TestResult MinuteRates,
    [property: JsonPropertyName("prompt_tokens")] TestResult PromptTokens,
    [property: JsonPropertyName("output_tokens")] TestResult OutputTokens,
    [property: JsonPropertyName("cached_tokens")] TestResult CachedTokens,
    [property: JsonPropertyName("length_correlation")] TestResult LengthCorrelation)
{
    /// <summary>The tests by the name of what they compare.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Name, TestResult Result)> All =>
    [
        ("gaps", Gaps), ("minute rates", MinuteRates), ("prompt tokens", PromptTokens), ("output tokens", OutputTokens),
        ("cached tokens", CachedTokens), ("length correlation", LengthCorrelation),
    ];

    /// <summary>Compares two traces of at least two requests each.</summary>
    public static TraceComparison Of(Trace one, Trace other)
    {
        TestResult Compare(Func<Trace, double[]> sample) => TwoSample.KolmogorovSmirnov(sample(one), sample(other));
        return new(
            Compare(TraceSeries.GapsS),
            Compare(TraceSeries.MinuteCounts),
            Compare(trace => [.. trace.Requests.Select(request => (double)request.PromptTokens)]),
            Compare(trace => [.. trace.Requests.Select(request => (double)request.OutputTokens)]),
            Compare(trace => [.. trace.Requests.Select(request => (double)request.CachedTokens)]),
            TwoSample.Correlations(TraceSeries.LengthCorrelation(one), one.Requests.Length, TraceSeries.LengthCorrelation(other), other.Requests.Length));
    }
}
