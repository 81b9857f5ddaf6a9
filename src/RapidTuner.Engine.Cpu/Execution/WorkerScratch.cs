using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Execution;

/// <summary>Room that one worker computes in: attention's queries, scores and sums, and the order of a distribution to draw from.</summary>
internal sealed unsafe class WorkerScratch : IDisposable
{
    /// <summary>Tokens of the context that are scored before they are summed up. Chosen: eight blocks; scores of a tile stay in the first-level cache.</summary>
    public const int SpanTokens = 128;

    private readonly NativeBuffer _room;

    public WorkerScratch(DecoderConfig config, int attentionRowsMax)
    {
        AttentionRowsMax = attentionRowsMax;
        var queries = (long)attentionRowsMax * config.HeadDim;
        var scores = (long)attentionRowsMax * SpanTokens;
        _room = NativeBuffer.OfFloats((2 * queries) + scores + (2 * attentionRowsMax));
        Queries = _room.Floats;
        Sums = Queries + queries;
        Scores = Sums + queries;
        Highest = Scores + scores;
        Total = Highest + attentionRowsMax;
        Probabilities = new float[config.Vocabulary];
        Order = new int[config.Vocabulary];
    }

    public int AttentionRowsMax { get; }

    /// <summary>Rows × head, scaled.</summary>
    public float* Queries { get; }

    /// <summary>Weighted values so far, rows × head.</summary>
    public float* Sums { get; }

    /// <summary>Rows × <see cref="SpanTokens"/>.</summary>
    public float* Scores { get; }

    /// <summary>Highest score so far, per row.</summary>
    public float* Highest { get; }

    /// <summary>Sum of weights so far, per row.</summary>
    public float* Total { get; }

    /// <summary>One per token of the vocabulary.</summary>
    public float[] Probabilities { get; }

    public int[] Order { get; }

    /// <inheritdoc/>
    public void Dispose() => _room.Dispose();
}
