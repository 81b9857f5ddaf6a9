using RapidTuner.Core;
using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Bench.Learning;

/// <summary>Steps as serving has them: decode batches whose context fits the cache, prompts in chunks or whole.</summary>
internal sealed class ServingWorks(ProfileRanges ranges, ulong seed)
{
    private const int BatchMax = 384;
    private const int ContextMax = 16_384;
    private const int PromptMax = 4096;

    private static readonly int[] Chunks = [512, 1024, 2048];

    private readonly Rng _rng = new(seed, "serving-works");

    /// <summary>The next decode step: batch and mean context uniform in their logarithm, the cache at most full.</summary>
    public StepWork Decode()
    {
        var context = Whole(128, Math.Min(ContextMax, Math.Min(ranges.ContextTokens, ranges.KvTokens)));
        var sequences = (int)Whole(1, Math.Clamp(ranges.KvTokens / context, 1, BatchMax));
        return StepWork.Decode(sequences, sequences * context);
    }

    /// <summary>The next prefill step of one prompt: a chunk as often as a length in between; half of them go on after earlier tokens.</summary>
    public StepWork Prefill()
    {
        var tokens = (int)(_rng.NextDouble() < 0.5 ? Chunks[_rng.NextInt(Chunks.Length)] : Whole(32, PromptMax));
        var cachedMax = Math.Min(ContextMax, Math.Min(ranges.ContextTokens, ranges.KvTokens)) - tokens;
        return StepWork.Prefill(1, tokens, _rng.NextDouble() < 0.5 || cachedMax < 1 ? 0 : Whole(1, cachedMax));
    }

    private long Whole(long least, long most) => Math.Clamp((long)Math.Round(least * Math.Pow((double)most / least, _rng.NextDouble())), least, most);
}
