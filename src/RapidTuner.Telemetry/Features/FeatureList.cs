using static RapidTuner.Telemetry.Features.Sum;

namespace RapidTuner.Telemetry.Features;

/// <summary>
/// The one list of window features: names, units, meaning and formula. Stores, exports, forecasters and documentation read
/// it from here. New features go to the end, with a new <see cref="Version"/>.
/// </summary>
public static class FeatureList
{
    /// <summary>Version of the list; a model names the one it was trained with.</summary>
    public const string Version = "1";

    /// <summary>All features, in the order of <see cref="Records.WindowRecord.Values"/>.</summary>
    public static IReadOnlyList<Feature> All { get; } =
    [
        new("requests_arrived_per_s", "1/s", "Requests that arrived, refused ones included", (s, w) => s[RequestsArrived] / w),
        new("prompt_tokens_arrived_per_s", "tokens/s", "Prompt tokens that arrived, cached ones included", (s, w) => s[PromptTokensArrived] / w),
        new("uncached_tokens_arrived_per_s", "tokens/s", "Prompt tokens that arrived and were not in the prefix cache", (s, w) => (s[PromptTokensArrived] - s[CachedTokensArrived]) / w),
        new("prefix_hit_share", "share", "Cached / all prompt tokens that arrived", (s, _) => Ratio(s[CachedTokensArrived], s[PromptTokensArrived])),
        new("prompt_tokens_p50", "tokens", "Prompt length of arrivals, median", (s, _) => s.PromptTokens.Quantile(0.5)),
        new("prompt_tokens_p90", "tokens", "Prompt length of arrivals, 90th percentile", (s, _) => s.PromptTokens.Quantile(0.9)),
        new("prompt_tokens_p99", "tokens", "Prompt length of arrivals, 99th percentile", (s, _) => s.PromptTokens.Quantile(0.99)),
        new("requests_finished_per_s", "1/s", "Requests that produced all their tokens", (s, w) => s[RequestsFinished] / w),
        new("requests_rejected_per_s", "1/s", "Requests refused, for size or load", (s, w) => s[RequestsRejected] / w),
        new("requests_cancelled_per_s", "1/s", "Requests cancelled by their client", (s, w) => s[RequestsCancelled] / w),
        new("attained_share", "share", "Requests inside their SLO / requests that ended, refused ones included", (s, _) => Ratio(s[RequestsAttained], s[RequestsEnded])),
        new("preemptions_per_s", "1/s", "Preemptions, booked when their request ends", (s, w) => s[Preemptions] / w),
        new("output_tokens_p50", "tokens", "Output length of finished requests, median", (s, _) => s.OutputTokens.Quantile(0.5)),
        new("output_tokens_p90", "tokens", "Output length of finished requests, 90th percentile", (s, _) => s.OutputTokens.Quantile(0.9)),
        new("output_tokens_p99", "tokens", "Output length of finished requests, 99th percentile", (s, _) => s.OutputTokens.Quantile(0.99)),
        new("ttft_s_p50", "s", "Time to first token of requests that got it in the window, median", (s, _) => Seconds(s.TtftUs, 0.5)),
        new("ttft_s_p90", "s", "Time to first token, 90th percentile", (s, _) => Seconds(s.TtftUs, 0.9)),
        new("ttft_s_p99", "s", "Time to first token, 99th percentile", (s, _) => Seconds(s.TtftUs, 0.99)),
        new("itl_s_p50", "s", "Gap between following tokens, median over all gaps that ended in the window", (s, _) => Seconds(s.ItlUs, 0.5)),
        new("itl_s_p90", "s", "Gap between following tokens, 90th percentile", (s, _) => Seconds(s.ItlUs, 0.9)),
        new("itl_s_p99", "s", "Gap between following tokens, 99th percentile", (s, _) => Seconds(s.ItlUs, 0.99)),
        new("itl_s_mean", "s", "Gap between following tokens, mean", (s, _) => Ratio(s[GapUs], s[Gaps]) / 1e6),
        new("tokens_out_per_s", "tokens/s", "Tokens that clients got", (s, w) => s[TokensOut] / w),
        new("prefill_tokens_per_s", "tokens/s", "New prompt tokens computed", (s, w) => s[PrefillTokens] / w),
        new("prefill_steps_per_s", "1/s", "Prefill steps that ended, fused ones included", (s, w) => (s[PrefillSteps] + s[HybridSteps]) / w),
        new("decode_steps_per_s", "1/s", "Decode steps that ended, fused ones included", (s, w) => (s[DecodeSteps] + s[HybridSteps]) / w),
        new("prefill_busy_share", "share", "Duration of the prefill steps that ended / width; above 1 where a step began earlier", (s, w) => s[PrefillBusyUs] / (w * 1e6)),
        new("decode_busy_share", "share", "Duration of the decode steps that ended / width; above 1 where a step began earlier", (s, w) => s[DecodeBusyUs] / (w * 1e6)),
        new("prefill_units_share", "share", "Mean share of the device that a prefill step held, by duration", (s, _) => Ratio(s[PrefillUnitUs], s[StepDeviceUnitUs]) * Ratio(s[StepUs], s[PrefillBusyUs])),
        new("decode_units_share", "share", "Mean share of the device that a decode step held, by duration", (s, _) => Ratio(s[DecodeUnitUs], s[StepDeviceUnitUs]) * Ratio(s[StepUs], s[DecodeBusyUs])),
        new("split_prefill_share", "share", "Prefill units of the split in force / units of the device, mean by duration of steps", (s, _) => Ratio(s[SplitPrefillUnitUs], s[StepDeviceUnitUs])),
        new("split_decode_share", "share", "Decode units of the split in force / units of the device, mean by duration of steps", (s, _) => Ratio(s[SplitDecodeUnitUs], s[StepDeviceUnitUs])),
        new("split_changes_per_s", "1/s", "Steps launched under another split than the step before", (s, w) => s[SplitChanges] / w),
        new("beside_share", "share", "Share of step time during which the other phase ran too", (s, _) => Ratio(s[BesideUsE4], s[StepUs]) / 10_000),
        new("decode_sequences_mean", "1", "Sequences of a decode step, mean", (s, _) => Ratio(s[DecodeSequences], s[DecodeBatches])),
        new("decode_context_tokens_mean", "tokens", "KV tokens of a decode step, mean", (s, _) => Ratio(s[DecodeContextTokens], s[DecodeBatches])),
        new("kv_used_share_mean", "share", "KV cache in use at the end of steps, mean", (s, _) => 1 - (Ratio(s[KvFreeE4], s[KvSamples]) / 10_000)),
        new("kv_used_share_max", "share", "KV cache in use at the end of steps, most", (s, _) => s[KvSamples] == 0 ? double.NaN : s[KvUsedMaxE4] / 10_000.0),
        new("prefill_queued_mean", "1", "Requests waiting for prefill as the policy saw them, mean", (s, _) => Ratio(s[PrefillQueued], s[Observations])),
        new("prefill_queued_max", "1", "Requests waiting for prefill as the policy saw them, most", (s, _) => s[Observations] == 0 ? double.NaN : s[PrefillQueuedMax]),
        new("prefill_queued_tokens_mean", "tokens", "Prompt tokens waiting for prefill, mean", (s, _) => Ratio(s[PrefillQueuedTokens], s[Observations])),
        new("prefill_oldest_wait_s_max", "s", "Age of the longest waiting request, most", (s, _) => s[Observations] == 0 ? double.NaN : s[PrefillOldestWaitMaxUs] / 1e6),
    ];

    private static readonly Dictionary<string, int> Indices = All.Select((f, i) => (f.Name, i)).ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);

    /// <summary>Position of a feature in <see cref="All"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such feature.</exception>
    public static int IndexOf(string name) =>
        Indices.TryGetValue(name, out var index) ? index : throw new KeyNotFoundException($"no feature is called `{name}`");

    internal static double[] Compute(WindowSums sums, int widthS)
    {
        var values = new double[All.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = All[i].Of(sums, widthS);
        }

        return values;
    }

    private static double Ratio(long part, long whole) => whole == 0 ? double.NaN : part / (double)whole;

    private static double Seconds(LogHistogram micros, double share) => micros.Quantile(share) / 1e6;
}
