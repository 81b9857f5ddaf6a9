namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>The trace formats that are recognised, by content and never by name (CONTRACT §3).</summary>
internal enum TraceFormat
{
    /// <summary><c>arrival_s,prompt_tokens,output_tokens[,cached_prompt_tokens]</c>.</summary>
    Canonical,

    /// <summary><c>TIMESTAMP,ContextTokens,GeneratedTokens</c>, calendar time stamps.</summary>
    Azure,

    /// <summary><c>Timestamp,…,Request tokens,Response tokens,…</c>, seconds, with or without session columns.</summary>
    BurstGpt,

    /// <summary>JSON lines, milliseconds, <c>hash_ids</c> an array of 512-token prefix blocks.</summary>
    Mooncake,

    /// <summary>JSON lines, seconds, <c>hash_ids</c> an object of prompt parts.</summary>
    RagPulse,

    /// <summary>A JSON document that describes a workload instead of listing it.</summary>
    Spec,
}
