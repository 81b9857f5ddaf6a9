using RapidTuner.Engine.Cpu.Model;

namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>Norms (Qwen 3) and rotates queries and keys, and writes keys and values into their KV blocks.</summary>
internal sealed unsafe class RotateOp(Decoder decoder, int layer, PagedKv kv, SequenceTable sequences) : StepOp
{
    private const int RowsPerTile = 16;

    private readonly DecoderConfig _config = decoder.Config;
    private readonly LayerWeights _weights = decoder.Layers[layer];

    public override int Tiles(StepBatch batch) => Pieces(batch.Rows, RowsPerTile);

    public override void Run(StepBatch batch, int tile, WorkerScratch scratch)
    {
        var headDim = _config.HeadDim;
        var to = Math.Min(batch.Rows, (tile + 1) * RowsPerTile);
        for (var row = tile * RowsPerTile; row < to; row++)
        {
            var at = batch.Qkv.Floats + ((long)row * batch.QkvStride);
            var angles = batch.Angles.Floats + ((long)row * headDim);
            for (var head = 0; head < _config.Heads; head++, at += headDim)
            {
                Rotate(at, angles, _weights.QueryNorm);
            }

            var position = batch.Positions[row];
            var block = sequences[batch.Slots[row]].Blocks[position / PagedKv.BlockTokens];
            var token = position % PagedKv.BlockTokens;
            for (var head = 0; head < _config.KvHeads; head++, at += headDim)
            {
                Rotate(at, angles, _weights.KeyNorm);
                var keys = kv.Keys(layer, block, head) + token;
                for (var i = 0; i < headDim; i++)
                {
                    keys[i * PagedKv.BlockTokens] = at[i];
                }
            }

            for (var head = 0; head < _config.KvHeads; head++, at += headDim)
            {
                new ReadOnlySpan<float>(at, headDim).CopyTo(new Span<float>(kv.Values(layer, block, head) + (token * headDim), headDim));
            }
        }
    }

    private void Rotate(float* head, float* angles, float[]? norm)
    {
        var half = _config.HeadDim / 2;
        if (norm is not null)
        {
            var span = new Span<float>(head, _config.HeadDim);
            NormOp.Norm(span, norm, _config.NormEpsilon, span);
        }

        for (var i = 0; i < half; i++)
        {
            var (x, y, cos, sin) = (head[i], head[half + i], angles[i], angles[half + i]);
            head[i] = (x * cos) - (y * sin);
            head[half + i] = (y * cos) + (x * sin);
        }
    }
}
