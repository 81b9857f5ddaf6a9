namespace RapidTuner.Learning.Physics.Readings;

/// <summary>Attention of one new token per sequence over its cache, one layer.</summary>
internal sealed class AttentionDecodeReading : IWorkReading
{
    public string Kind => "attention-decode";

    public IReadOnlyList<string> Required => ["q_heads", "kv_heads", "batch_seqs", "kv_tokens_per_seq"];

    public IReadOnlyList<string[]> Levels => [["kernel"], ["kernel", "gpu"], ["kernel", "gpu", "head_dim"]];

    public WorkRow Read(WorkColumns columns, int row, string target)
    {
        var device = columns.Device(row);
        var (heads, kvHeads, dim) = (columns.Number("q_heads", row, 1), columns.Number("kv_heads", row, 1), columns.Number("head_dim", row, 128));
        var (batch, cached) = (columns.Number("batch_seqs", row, 1), columns.Number("kv_tokens_per_seq", row, 1));
        return new WorkRow
        {
            AttentionTflop = 4 * batch * heads * dim * cached / 1e12,
            KvGb = 4 * batch * kvHeads * dim * cached / 1e9,
            Tokens = batch,
            Length = cached,
            Tiles = batch * kvHeads,
            Units = device.Units,
            Sequences = batch * heads,
            Launches = Math.Log2(1 + cached),
            PeakTflopPerS = device.PeakTflopPerS,
            PeakGbPerS = device.PeakGbPerS,
        };
    }
}
