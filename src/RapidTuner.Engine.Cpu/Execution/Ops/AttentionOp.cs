using System.Numerics.Tensors;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>
/// Causal attention over paged KV. A tile is one key-value head of a few following tokens of one sequence, so that all queries which share
/// keys meet them together. The context is walked in spans with a running maximum (the online softmax of FlashAttention, arXiv 2205.14135, §3.1),
/// so that the room does not grow with the context. Spans start at fixed positions: a row's result is the same in whatever chunk it is computed.
/// </summary>
internal sealed unsafe class AttentionOp(DecoderConfig config, int layer, PagedKv kv, SequenceTable sequences) : StepOp
{
    /// <summary>Query tokens of a tile.</summary>
    public const int TokensPerTile = 16;

    private readonly float _scale = 1 / MathF.Sqrt(config.HeadDim);

    public override int Tiles(StepBatch batch)
    {
        var tiles = 0;
        foreach (var segment in batch.Segments)
        {
            tiles += Pieces(segment.Rows, TokensPerTile);
        }

        return tiles * config.KvHeads;
    }

    public override void Run(StepBatch batch, int tile, WorkerScratch scratch)
    {
        var kvHead = tile % config.KvHeads;
        var piece = tile / config.KvHeads;
        foreach (var segment in batch.Segments)
        {
            var pieces = Pieces(segment.Rows, TokensPerTile);
            if (piece < pieces)
            {
                Attend(batch, segment, piece * TokensPerTile, kvHead, scratch);
                return;
            }

            piece -= pieces;
        }
    }

    private void Attend(StepBatch batch, in StepSegment segment, int firstToken, int kvHead, WorkerScratch scratch)
    {
        var tokens = Math.Min(TokensPerTile, segment.Rows - firstToken);
        var row = segment.FirstRow + firstToken;
        var position = segment.FirstPosition + firstToken;
        var rows = tokens * config.Group;
        TakeQueries(batch, row, tokens, kvHead, scratch);
        var blocks = sequences[segment.Slot].Blocks;
        for (var span = 0; span < position + tokens; span += WorkerScratch.SpanTokens)
        {
            var spanBlocks = Math.Min(WorkerScratch.SpanTokens, position + tokens - span + PagedKv.BlockTokens - 1) / PagedKv.BlockTokens;
            var first = span / PagedKv.BlockTokens;
            for (var b = 0; b < spanBlocks; b++)
            {
                Blocks.Multiply(
                    scratch.Queries, config.HeadDim, rows, kv.Keys(layer, blocks[first + b], kvHead), PagedKv.BlockTokens, PagedKv.BlockTokens, config.HeadDim,
                    scratch.Scores + (b * PagedKv.BlockTokens), WorkerScratch.SpanTokens, add: false);
            }

            for (var r = 0; r < rows; r++)
            {
                Weigh(r, position + (r / config.Group) + 1 - span, spanBlocks * PagedKv.BlockTokens, scratch);
            }

            for (var b = 0; b < spanBlocks; b++)
            {
                Blocks.Multiply(
                    scratch.Scores + (b * PagedKv.BlockTokens), WorkerScratch.SpanTokens, rows, kv.Values(layer, blocks[first + b], kvHead), config.HeadDim, config.HeadDim,
                    PagedKv.BlockTokens, scratch.Sums, config.HeadDim, add: true);
            }
        }

        GiveResults(batch, row, tokens, kvHead, scratch);
    }

    private void TakeQueries(StepBatch batch, int row, int tokens, int kvHead, WorkerScratch scratch)
    {
        var size = config.Group * config.HeadDim;
        for (var t = 0; t < tokens; t++)
        {
            var from = new ReadOnlySpan<float>(batch.Qkv.Floats + ((long)(row + t) * batch.QkvStride) + (kvHead * size), size);
            TensorPrimitives.Multiply(from, _scale, new Span<float>(scratch.Queries + (t * size), size));
        }

        new Span<float>(scratch.Sums, tokens * size).Clear();
        new Span<float>(scratch.Highest, tokens * config.Group).Fill(float.NegativeInfinity);
        new Span<float>(scratch.Total, tokens * config.Group).Clear();
    }

    // Turns a row's scores over a span into weights relative to the highest score so far; what went before is scaled to it.
    private void Weigh(int r, int visible, int spanTokens, WorkerScratch scratch)
    {
        var scores = new Span<float>(scratch.Scores + ((long)r * WorkerScratch.SpanTokens), spanTokens);
        var seen = Math.Clamp(visible, 0, spanTokens);
        scores[seen..].Clear();
        if (seen == 0)
        {
            return;
        }

        scores = scores[..seen];
        var highest = MathF.Max(scratch.Highest[r], TensorPrimitives.Max<float>(scores));
        var kept = MathF.Exp(scratch.Highest[r] - highest);
        TensorPrimitives.Subtract(scores, highest, scores);
        TensorPrimitives.Exp<float>(scores, scores);
        scratch.Total[r] = (scratch.Total[r] * kept) + TensorPrimitives.Sum<float>(scores);
        scratch.Highest[r] = highest;
        if (kept < 1)
        {
            var sums = new Span<float>(scratch.Sums + ((long)r * config.HeadDim), config.HeadDim);
            TensorPrimitives.Multiply(sums, kept, sums);
        }
    }

    private void GiveResults(StepBatch batch, int row, int tokens, int kvHead, WorkerScratch scratch)
    {
        for (var r = 0; r < tokens * config.Group; r++)
        {
            var head = (kvHead * config.Group) + (r % config.Group);
            var into = batch.Attended.Floats + ((long)(row + (r / config.Group)) * batch.AttendedStride) + (head * config.HeadDim);
            TensorPrimitives.Multiply(
                new ReadOnlySpan<float>(scratch.Sums + ((long)r * config.HeadDim), config.HeadDim), 1 / scratch.Total[r], new Span<float>(into, config.HeadDim));
        }
    }
}
