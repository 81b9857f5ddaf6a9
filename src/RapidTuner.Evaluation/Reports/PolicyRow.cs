using System.Text.Json.Serialization;
using RapidTuner.Evaluation.Statistics;

namespace RapidTuner.Evaluation.Reports;

/// <summary>One policy's row of a replay (CONTRACT §4). Rates are per device.</summary>
public sealed record PolicyRow
{
    /// <summary>The requested policy, or that with ":fixed".</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>What a search found; empty where nothing was searched.</summary>
    [JsonPropertyName("chosen")]
    public required Chosen Chosen { get; init; }

    /// <summary>Scored requests, over all seeds.</summary>
    [JsonPropertyName("requests")]
    public required long Requests { get; init; }

    /// <summary>Those that met their SLO.</summary>
    [JsonPropertyName("attained")]
    public required long Attained { get; init; }

    /// <summary>Attained / requests, 0 to 1; null without requests.</summary>
    [JsonPropertyName("attainment")]
    public required double? Attainment { get; init; }

    /// <summary>The same with a request's mean ITL in place of its p99.</summary>
    [JsonPropertyName("attainment_tpot")]
    public required double? AttainmentTpot { get; init; }

    /// <summary>Requests / arrival span, requests/s, mean over seeds; null for a span of 0.</summary>
    [JsonPropertyName("offered_rps")]
    public required double? OfferedRps { get; init; }

    /// <summary>Attained / arrival span, requests/s, mean over seeds; null for a span of 0.</summary>
    [JsonPropertyName("goodput_rps")]
    public required double? GoodputRps { get; init; }

    /// <summary>Highest offered rate at an attainment of 0.90, requests/s, mean over seeds; null unless searched.</summary>
    [JsonPropertyName("max_goodput_rps")]
    public required double? MaxGoodputRps { get; init; }

    /// <summary>The same at an attainment of 0.99.</summary>
    [JsonPropertyName("max_goodput_99_rps")]
    public required double? MaxGoodput99Rps { get; init; }

    /// <summary>The same at 0.90 with a request's mean ITL (TPOT) in place of its p99.</summary>
    [JsonPropertyName("max_goodput_tpot_rps")]
    public required double? MaxGoodputTpotRps { get; init; }

    /// <summary>False when a probed point above the answer reached as well, on any seed; null unless searched.</summary>
    [JsonPropertyName("max_goodput_monotone")]
    public required bool? MaxGoodputMonotone { get; init; }

    /// <summary>Output tokens / (last finish − first arrival), tokens/s, mean over seeds; null for a span of 0.</summary>
    [JsonPropertyName("throughput_tok_s")]
    public required double? ThroughputTokS { get; init; }

    /// <summary>Devices that the row ran on.</summary>
    [JsonPropertyName("devices")]
    public required int Devices { get; init; }

    /// <summary>Time to first token, over finished requests of all seeds.</summary>
    [JsonPropertyName("ttft_s")]
    public required Percentiles TtftS { get; init; }

    /// <summary>Gaps between following tokens, over all seeds.</summary>
    [JsonPropertyName("itl_s")]
    public required Percentiles ItlS { get; init; }

    /// <summary>Splits that took effect, over all seeds.</summary>
    [JsonPropertyName("switches")]
    public required long Switches { get; init; }

    /// <summary>Requests refused because of load, over all seeds.</summary>
    [JsonPropertyName("rejected")]
    public required long Rejected { get; init; }

    /// <summary>Bootstrap intervals over seeds.</summary>
    [JsonPropertyName("ci")]
    public required RowIntervals Ci { get; init; }

    /// <summary>Time of one decision, seconds, over sampled decisions; null where nothing decides.</summary>
    [JsonPropertyName("decide_s")]
    public required DecideTimes DecideS { get; init; }

    /// <summary>Time that the shown runs took, first event to last, seconds, summed over seeds; searching is not counted.</summary>
    [JsonPropertyName("wall_s")]
    public required double WallS { get; init; }
}
