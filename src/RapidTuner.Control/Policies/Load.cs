using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Policies;

/// <summary>What every rule asks of an observation, made safe: whatever was observed, the numbers here are finite and in range.</summary>
internal readonly struct Load
{
    private const int SequencesMax = 1 << 20;
    private const int NewTokensMax = 1 << 24;
    private const double ContextMax = 1e12;

    private Load(bool prefillPending, int decodeSequences, double decodeContextTokens, double itlLimitS)
    {
        PrefillPending = prefillPending;
        DecodeSequences = decodeSequences;
        DecodeContextTokens = decodeContextTokens;
        ItlLimitS = itlLimitS;
    }

    /// <summary>A prefill step runs, is about to, or has work waiting.</summary>
    public bool PrefillPending { get; }

    /// <summary>Sequences in decode, those ready to join included.</summary>
    public int DecodeSequences { get; }

    /// <summary>KV tokens that the next decode step reads, over all sequences.</summary>
    public double DecodeContextTokens { get; }

    /// <summary>Limit on inter-token latency, seconds, above 0.</summary>
    public double ItlLimitS { get; }

    /// <summary>Reads an observation.</summary>
    /// <param name="seen">What the engine saw.</param>
    /// <param name="itlLimitS">The limit where the observation has none.</param>
    public static Load Of(in Observation seen, double itlLimitS)
    {
        var limitS = seen.ItlLimitS is > 0 and < 1e9 ? seen.ItlLimitS : itlLimitS;
        var pending = seen.Launching == Phase.Prefill || seen.PrefillRunning || seen.PrefillQueued > 0;
        return new Load(
            pending,
            Math.Clamp(seen.DecodeNext.Sequences, 0, SequencesMax),
            Math.Clamp((double)seen.DecodeNext.ContextTokens, 0, ContextMax),
            limitS);
    }

    /// <summary>
    /// The prefill work that runs, or else the next to run, beside decode; a chunk of <paramref name="chunkTokens"/> where the engine
    /// names none.
    /// </summary>
    public static StepWork PrefillOf(in Observation seen, int chunkTokens)
    {
        var work = seen.PrefillRunning ? seen.PrefillWork : seen.PrefillNext;
        if (work.NewTokens < 1)
        {
            return StepWork.Prefill(1, Math.Clamp(chunkTokens, 1, 8192), 0);
        }

        return work with
        {
            Sequences = Math.Clamp(work.Sequences, 1, SequencesMax),
            NewTokens = Math.Min(work.NewTokens, NewTokensMax),
            ContextTokens = (long)Math.Clamp((double)work.ContextTokens, 0, ContextMax),
            AttentionPairs = work.AttentionPairs is >= 0 and < 1e18 ? work.AttentionPairs : 0,
        };
    }
}
