using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Evaluation.Replay;

/// <summary>
/// A static split with the levers that <c>learned</c> has beside the split, at constants that hindsight chooses: demotion of requests that cannot
/// attain any more, and a cap on a chunk's time (COMPARISON §2, <c>static-best:levers</c>). The cap is kept by the law of time itself, without
/// error, so that nothing is held against the rival.
/// </summary>
internal sealed class LeveredStaticPolicy : IPolicy
{
    private const int TokensMin = 16;
    private const int TokensMax = 8192;

    private readonly IPolicy _split;
    private readonly IStepLatency _latency;
    private readonly double _chunkS;
    private readonly double _demotionTokensPerS;

    /// <summary>Gives levers to <paramref name="split"/>.</summary>
    /// <param name="split">A policy whose split never changes.</param>
    /// <param name="latency">The law of time.</param>
    /// <param name="itlLimitS">Limit on the inter-token latency, seconds.</param>
    /// <param name="chunkTimeItls">Longest time of a chunk, in ITL limits; 0: chunks stay.</param>
    /// <param name="demotionShare">Share of the whole device's prefill rate for demotion; 0: none.</param>
    public LeveredStaticPolicy(IPolicy split, IStepLatency latency, double itlLimitS, double chunkTimeItls, double demotionShare)
    {
        _split = split;
        _latency = latency;
        _chunkS = chunkTimeItls * itlLimitS;
        _demotionTokensPerS = demotionShare * PrefillRate.TokensPerS(latency, split.Palette.DeviceUnits);
    }

    /// <inheritdoc/>
    public string Name => _split.Name;

    /// <inheritdoc/>
    public Palette Palette => _split.Palette;

    /// <inheritdoc/>
    public Decision Decide(in Observation seen)
    {
        var decision = _split.Decide(in seen) with { DemotionTokensPerS = _demotionTokensPerS };
        if (_chunkS <= 0 || seen.Launching != Phase.Prefill || seen.PrefillNext.NewTokens < 1)
        {
            return decision;
        }

        var (low, high) = (TokensMin, Math.Min(decision.ChunkTokens, TokensMax));
        while (high - low > TokensMin)
        {
            var middle = (low + high) / 2;
            (low, high) = TakesS(in seen, decision.Split, middle) <= _chunkS ? (middle, high) : (low, middle);
        }

        return decision with { ChunkTokens = TakesS(in seen, decision.Split, high) <= _chunkS ? high : low };
    }

    /// <summary>Time of a chunk of <paramref name="tokens"/> on the cached context of the prompt that leads, seconds.</summary>
    private double TakesS(in Observation seen, Split split, int tokens)
    {
        var chunk = StepWork.Prefill(1, tokens, seen.PrefillNext.ContextTokens / Math.Max(1, seen.PrefillNext.Sequences));
        var decode = seen.DecodeNext;
        return decode.Sequences == 0
            ? _latency.AloneS(Phase.Prefill, in chunk, split.PrefillUnits)
            : _latency.BesideS(Phase.Prefill, in chunk, split.PrefillUnits, in decode, split.DecodeUnits);
    }
}
