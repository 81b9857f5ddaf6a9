namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>Which constants a kind of table tells something about.</summary>
internal static class FitKeys
{
    private static readonly string[] Matmul =
    [
        "cost.matmul_efficiency", "cost.clock_droop", "cost.clock_droop_exponent", "cost.clock_droop_time_s", "cost.roofline_norm",
        "cost.tile_startup_k", "cost.split_s", "cost.large_tile_quantisation", "cost.small_tile_quantisation", "cost.tile128_by128",
        "cost.tile128_by64", "cost.tile64_by128", "cost.tile64_by64", "cost.tile32_by64", "cost.tile16_by64",
        "cost.weight_bandwidth_efficiency",
    ];

    private static readonly string[] PrefillAttention =
        ["cost.attention_efficiency", "cost.attention_startup_keys", "cost.attention_stream_efficiency", "cost.attention_floor_s"];

    private static readonly string[] DecodeAttention =
    [
        "cost.kv_bandwidth_efficiency", "cost.kv_latency_s", "cost.decode_block_s", "cost.decode_attention_floor_s", "cost.cache_hot_share",
        "cost.cache_hot_speedup",
    ];

    private static readonly string[] Step =
    [
        "cost.bandwidth_f0", "cost.attention_efficiency", "cost.kv_bandwidth_efficiency", "cost.decode_block_s",
        "stack.prefill_fixed_s", "stack.decode_fixed_s", "stack.prefill_per_sequence_s", "stack.decode_per_sequence_s", "stack.prefill_per_token_s",
        "stack.prefill_elementwise_passes", "stack.decode_elementwise_passes", "stack.prefill_kernel_gap_s", "stack.decode_kernel_gap_s",
        "stack.prefill_layer_floor_s", "stack.decode_layer_floor_s",
    ];

    private static readonly string[] Collective = ["cost.all_reduce_floor_s", "cost.collective_efficiency", "stack.collective_layer_floor_s"];

    private static readonly string[] Stream = ["cost.kernel_floor_s", "cost.stream_bandwidth_efficiency", "cost.stream_hot_share", "cost.stream_hot_speedup"];

    /// <summary>The stack whose kernels the devices' own constants describe; the others' ratios are relative to it.</summary>
    public const string ReferenceStack = "graphs";

    /// <summary>The keys by which one stack's kernels differ from another's.</summary>
    public static string[] Ratios(TableKind kind) => kind switch
    {
        TableKind.Gemm => ["stack.matmul_ratio", "stack.weight_stream_ratio", "stack.kernel_overhead_s"],
        TableKind.AttentionPrefill => ["stack.prefill_attention_ratio"],
        TableKind.AttentionDecode => ["stack.decode_attention_ratio"],
        _ => [],
    };

    /// <summary>The keys that rows of that kind can fit.</summary>
    /// <param name="kind">The table's kind.</param>
    /// <param name="tensorParallel">True when any row ran on more than one device.</param>
    public static string[] Of(TableKind kind, bool tensorParallel) => kind switch
    {
        TableKind.ShareLatency => [.. Matmul, .. Step, .. tensorParallel ? Collective : []],
        TableKind.Gemm => [.. Matmul, "cost.kernel_floor_s"],
        TableKind.AttentionPrefill => PrefillAttention,
        TableKind.AttentionDecode => DecodeAttention,
        TableKind.AttentionMixed => [.. PrefillAttention, .. DecodeAttention],
        _ => [.. Matmul, .. Stream],
    };
}
