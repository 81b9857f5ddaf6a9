namespace RapidTuner.Control.Profiles;

/// <summary>
/// Where an offline profile samples: decode by batch and context a sequence, prefill by new tokens and cached context. The ranges cover what the
/// catalogue's models admit.
/// </summary>
/// <param name="DecodeBatch">Decode batch, sequences.</param>
/// <param name="DecodeContext">Context of each sequence in decode, tokens.</param>
/// <param name="PrefillTokens">New tokens of a prefill step.</param>
/// <param name="PrefillContext">Tokens cached before the chunk of a prefill step.</param>
internal sealed record ProfileGrid(GridAxis DecodeBatch, GridAxis DecodeContext, GridAxis PrefillTokens, GridAxis PrefillContext)
{
    /// <summary>The rivals' grid: powers of two, decode batches with one point between (the batch sizes that captured graphs exist for).</summary>
    public static ProfileGrid Coarse { get; } = new(
        new(1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024),
        new(128, 512, 2048, 8192, 32768, 131072),
        new(64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384),
        new(0, 8192, 65536));

    /// <summary>
    /// What <c>learned</c> measures: latency jumps where one row more needs another tile, so that both sides of the places where kernels' tiles end are sampled, and what
    /// lies between two samples is a line.
    /// </summary>
    public static ProfileGrid Fine { get; } = new(
        new(1, 2, 3, 4, 6, 8, 12, 16, 17, 24, 32, 33, 48, 64, 65, 96, 128, 129, 192, 193, 256, 257, 320, 321, 384, 385, 448, 449, 512, 513, 768, 1024),
        Coarse.DecodeContext,
        new(1, 64, 65, 128, 129, 192, 193, 256, 257, 320, 321, 384, 385, 448, 449, 512, 513, 640, 641, 768, 769, 1024, 1025, 1536, 2048, 3072, 4096, 8192, 16384),
        Coarse.PrefillContext);
}
