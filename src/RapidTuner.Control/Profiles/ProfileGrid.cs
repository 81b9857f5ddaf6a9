namespace RapidTuner.Control.Profiles;

/// <summary>
/// Where the rivals' offline profiles sample: decode by batch and context a sequence, prefill by new tokens and cached
/// context. Powers of two, decode batches with one point between (the batch sizes that captured graphs exist for); the
/// ranges cover what the catalogue's models admit.
/// </summary>
internal static class ProfileGrid
{
    /// <summary>Decode batch, sequences.</summary>
    public static GridAxis DecodeBatch { get; } = new(1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024);

    /// <summary>Context of each sequence in decode, tokens.</summary>
    public static GridAxis DecodeContext { get; } = new(128, 512, 2048, 8192, 32768, 131072);

    /// <summary>New tokens of a prefill step.</summary>
    public static GridAxis PrefillTokens { get; } = new(64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384);

    /// <summary>Tokens cached before the chunk of a prefill step.</summary>
    public static GridAxis PrefillContext { get; } = new(0, 8192, 65536);
}
