namespace RapidTuner.Core.Control;

/// <summary>
/// What a policy wants for the step about to be launched. Chunk, order and demotion belong to prefill: they take effect when a
/// prefill step is launched, and are not looked at when a decode step is.
/// </summary>
/// <param name="Split">Units of both phases; snapped to the palette by the engine.</param>
/// <param name="Reason">Why.</param>
/// <param name="ChunkTokens">Most new prompt tokens of a prefill step; 0 keeps the engine's setting.</param>
/// <param name="Order">Order of the prefill queue.</param>
/// <param name="DemotionTokensPerS">
/// Prefill rate used to foresee that a waiting request cannot meet its TTFT any more, tokens per second; such requests
/// are served last, never dropped. 0 switches demotion off.
/// </param>
/// <param name="HoldsDecode">
/// True: decode's step is not launched before the running prefill step has ended, so that the sequences that it completes join at once. Looked at
/// when a decode step is about to be launched beside a running prefill step, and nowhere else.
/// </param>
/// <param name="Fuses">
/// True: no step runs beside another. Where both phases have work and neither runs, one hybrid step on all units carries the decode batch and a prefill chunk; where one
/// runs, the other waits for its end. Chunk, order and demotion are then looked at whichever phase is about to be launched.
/// </param>
/// <param name="AdmitTokens">
/// Longest prompt, tokens, that is admitted while half of the KV cache is in use; in general so many times free blocks / blocks in use. Longer ones are served last: when nothing else
/// waits and the cache has emptied that far. 0: no bound. It belongs to prefill, like the chunk.
/// </param>
/// <param name="ChunkPairs">
/// Most query-key pairs (<see cref="StepWork.AttentionPairs"/>) of a prefill step: pieces after the first are cut to it, for one prompt's end may share a chunk with another that has a
/// far longer context. 0: no bound. It belongs to prefill, like the chunk.
/// </param>
public readonly record struct Decision(
    Split Split,
    Reason Reason,
    int ChunkTokens = 0,
    PrefillOrder Order = PrefillOrder.Spf,
    double DemotionTokensPerS = 0,
    bool HoldsDecode = false,
    bool Fuses = false,
    double AdmitTokens = 0,
    double ChunkPairs = 0);
