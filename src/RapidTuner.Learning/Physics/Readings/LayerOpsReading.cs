namespace RapidTuner.Learning.Physics.Readings;

/// <summary>One operator of a layer, by name: matrix products, norms, activations, embedding, sampler.</summary>
internal sealed class LayerOpsReading : IWorkReading
{
    public string Kind => "layer-ops";

    public IReadOnlyList<string> Required => ["layer", "count", "model|layers+hidden"];

    public IReadOnlyList<string[]> Levels => [["layer"], ["layer", "gpu"], ["layer", "gpu", "model"], ["layer", "gpu", "model", "tp_gpus"]];

    public WorkRow Read(WorkColumns columns, int row, string target)
    {
        var device = columns.Device(row);
        var model = columns.Model(row) ?? ModelShape.Of(32, 4096, 32, 32, 128, 11008, 3, 32000);
        var (count, tp) = (columns.Number("count", row, 1), columns.Number("tp_gpus", row, 1));
        var (n, k) = Matrix(columns.Text("layer", row), model, tp);
        var bytes = columns.ElementBytes(row);
        return new WorkRow
        {
            Tflop = 2 * count * n * k / 1e12,
            WeightGb = bytes * n * k / 1e9,
            ActivationGb = n > 0 ? bytes * count * (n + k) / 1e9 : bytes * count * Width(columns.Text("layer", row), model, tp) / 1e9,
            Tokens = n > 0 ? count : 0,
            Depth = k,
            Tiles = n > 0 ? Math.Ceiling(count / 128) * Math.Ceiling(n / 128) : 0,
            Units = device.Units,
            Sequences = count,
            PeakTflopPerS = device.PeakTflopPerS,
            PeakGbPerS = device.PeakGbPerS,
        };
    }

    /// <summary>Output and inner dimension of an operator that is a matrix product; 0 for others.</summary>
    private static (double N, double K) Matrix(string layer, ModelShape model, double tp)
    {
        var kvHeads = Math.Max(1, model.KvHeads / tp);
        return layer.ToLowerInvariant() switch
        {
            "qkv_proj" => ((model.Heads / tp * model.HeadDim) + (2 * kvHeads * model.HeadDim), model.Hidden),
            "o_proj" => (model.Hidden, model.Heads / tp * model.HeadDim),
            "gate_up_proj" or "up_proj" => ((model.Matrices - 1) * model.FeedForward / tp, model.Hidden),
            "down_proj" => (model.Hidden, model.FeedForward / tp),
            "lm_head" => (model.Vocabulary / tp, model.Hidden),
            _ => (0, 0),
        };
    }

    private static double Width(string layer, ModelShape model, double tp) => layer.ToLowerInvariant() switch
    {
        "act_fn" => 3 * model.FeedForward / tp,
        "rotary_emb" or "qk_norm" => 2 * (model.Heads + model.KvHeads) / tp * model.HeadDim,
        "sampler" => model.Vocabulary,
        _ => 2 * model.Hidden,
    };
}
