namespace RapidTuner.Learning.Physics.Readings;

/// <summary>One forward pass of a whole model, one phase alone, on a share of the units.</summary>
internal sealed class ShareLatencyReading : IWorkReading
{
    public string Kind => "share-latency";

    public IReadOnlyList<string> Required => ["phase", "batch_seqs", "seq_len_tokens", "sm_share", "model|layers+hidden"];

    public IReadOnlyList<string[]> Levels => [["phase"], ["phase", "gpu"], ["phase", "gpu", "tp_gpus"]];

    public WorkRow Read(WorkColumns columns, int row, string target)
    {
        var model = columns.Model(row);
        var device = columns.Device(row);
        var tp = columns.Number("tp_gpus", row, 1);
        var batch = columns.Number("batch_seqs", row, 1);
        var length = columns.Number("seq_len_tokens", row, 1);
        var decode = columns.Text("phase", row).Equals("decode", StringComparison.OrdinalIgnoreCase);
        if (model is null)
        {
            return new WorkRow { PeakTflopPerS = 1, PeakGbPerS = 1, Launches = 1, Sequences = batch };
        }

        var tokens = decode ? batch : batch * length;
        var pairs = decode ? batch * length : 0.5 * batch * length * (length + 1);
        return new WorkRow
        {
            Tflop = 2 * model.ActiveParameters * tokens / tp / 1e12,
            AttentionTflop = model.FlopPerPair * pairs / tp / 1e12,
            WeightGb = 2 * model.Parameters / tp / 1e9,
            KvGb = decode ? model.KvBytesPerToken * batch * length / tp / 1e9 : 0,
            Tokens = tokens,
            Length = decode ? 0 : length,
            Share = columns.Number("sm_share", row, 1),
            Launches = model.Layers,
            Sequences = batch,
            CommSteps = tp > 1 ? model.Layers : 0,
            CommGb = tp > 1 ? 4 * model.Layers * tokens * model.Hidden / 1e9 : 0,
            PeakTflopPerS = device.PeakTflopPerS,
            PeakGbPerS = device.PeakGbPerS,
        };
    }
}
