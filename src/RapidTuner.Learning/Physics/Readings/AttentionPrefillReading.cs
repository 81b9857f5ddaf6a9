namespace RapidTuner.Learning.Physics.Readings;

/// <summary>Causal attention of new tokens over a cached prefix, one layer.</summary>
internal sealed class AttentionPrefillReading : IWorkReading
{
    /// <summary>Query rows of a tile; chosen: the usual one of FlashAttention.</summary>
    private const double TileRows = 128;

    public string Kind => "attention-prefill";

    public IReadOnlyList<string> Required => ["q_heads", "kv_heads", "batch_seqs", "new_tokens_per_seq"];

    public IReadOnlyList<string[]> Levels => [["kernel"], ["kernel", "gpu"], ["kernel", "gpu", "head_dim"]];

    public WorkRow Read(WorkColumns columns, int row, string target)
    {
        var device = columns.Device(row);
        var (heads, kvHeads, dim) = (columns.Number("q_heads", row, 1), columns.Number("kv_heads", row, 1), columns.Number("head_dim", row, 128));
        var (batch, fresh, prefix) = (columns.Number("batch_seqs", row, 1), columns.Number("new_tokens_per_seq", row, 1), columns.Number("prefix_tokens_per_seq", row));
        return new WorkRow
        {
            AttentionTflop = 4 * batch * heads * dim * ((fresh * prefix) + (0.5 * fresh * (fresh + 1))) / 1e12,
            KvGb = ((4 * batch * kvHeads * dim * (fresh + prefix)) + (4 * batch * heads * dim * fresh)) / 1e9,
            Tokens = batch * fresh,
            Length = fresh,
            Tiles = batch * heads * Math.Ceiling(fresh / TileRows),
            Units = device.Units,
            Sequences = batch,
            PeakTflopPerS = device.PeakTflopPerS,
            PeakGbPerS = device.PeakGbPerS,
        };
    }
}
