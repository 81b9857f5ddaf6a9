namespace RapidTuner.Learning.Physics.Readings;

/// <summary>Attention of one prefill chunk and a decode batch together, one layer.</summary>
internal sealed class AttentionMixedReading : IWorkReading
{
    public string Kind => "attention-mixed";

    public IReadOnlyList<string> Required => ["prefill_chunk_tokens", "prefill_kv_tokens", "decode_seqs", "decode_kv_tokens_per_seq", "q_heads|model"];

    public IReadOnlyList<string[]> Levels => [["gpu"], ["gpu", "q_heads"]];

    public WorkRow Read(WorkColumns columns, int row, string target)
    {
        var device = columns.Device(row);
        var model = columns.Model(row);
        var heads = columns.Number("q_heads", row, model?.Heads ?? 32);
        var kvHeads = columns.Number("kv_heads", row, model?.KvHeads ?? heads);
        var dim = columns.Number("head_dim", row, model?.HeadDim ?? 128);
        var (chunk, history) = (columns.Number("prefill_chunk_tokens", row), columns.Number("prefill_kv_tokens", row));
        var (decodes, cached) = (columns.Number("decode_seqs", row), columns.Number("decode_kv_tokens_per_seq", row));
        return new WorkRow
        {
            AttentionTflop = 4 * heads * dim * ((chunk * history) + (0.5 * chunk * (chunk + 1))) / 1e12,
            Tflop = 4 * heads * dim * decodes * cached / 1e12,
            KvGb = chunk > 0 ? 4 * kvHeads * dim * (chunk + history) / 1e9 : 0,
            WeightGb = 4 * kvHeads * dim * decodes * cached / 1e9,
            Tokens = decodes,
            Length = chunk,
            Sequences = decodes,
            Launches = (chunk > 0 ? 1 : 0) + (decodes > 0 ? 1 : 0),
            CommSteps = chunk > 0 && decodes > 0 ? 1 : 0,
            PeakTflopPerS = device.PeakTflopPerS,
            PeakGbPerS = device.PeakGbPerS,
        };
    }
}
