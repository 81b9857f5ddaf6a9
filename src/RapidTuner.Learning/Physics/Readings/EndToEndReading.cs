namespace RapidTuner.Learning.Physics.Readings;

/// <summary>A batch of requests from first to last token, or its first token, its time per token or its throughput.</summary>
internal sealed class EndToEndReading : IWorkReading
{
    public string Kind => "end-to-end";

    public IReadOnlyList<string> Required => ["model|layers+hidden", "batch_or_concurrency", "input_tokens", "output_tokens"];

    public IReadOnlyList<string[]> Levels => [["framework"], ["framework", "gpu"], ["framework", "gpu", "n_gpus"], ["framework", "gpu", "n_gpus", "model"]];

    public WorkRow Read(WorkColumns columns, int row, string target)
    {
        var device = columns.Device(row);
        var model = columns.Model(row) ?? ModelShape.Of(32, 4096, 32, 8, 128, 14336, 3, 32000);
        var (n, batch) = (columns.Number("n_gpus", row, 1), columns.Number("batch_or_concurrency", row, 1));
        var (input, output) = (columns.Number("input_tokens", row, 1), columns.Number("output_tokens", row, 1));
        var name = target.ToLowerInvariant();
        var prefills = name.Contains("tpot", StringComparison.Ordinal) ? batch / output : batch;
        var steps = name.Contains("tpot", StringComparison.Ordinal) ? 1 : name.Contains("ttft", StringComparison.Ordinal) ? 0 : output;
        var tokens = (prefills * input) + (steps * batch);
        var bytes = columns.ElementBytes(row);
        var throughput = name.Contains("throughput", StringComparison.Ordinal);
        return new WorkRow
        {
            Tflop = 2 * model.ActiveParameters * tokens / n / 1e12,
            AttentionTflop = model.FlopPerPair * prefills * 0.5 * input * input / n / 1e12,
            WeightGb = bytes * model.Parameters * (steps + 1) / n / 1e9,
            KvGb = model.KvBytesPerToken * steps * batch * (input + (0.5 * output)) / n / 1e9,
            Tokens = tokens / (steps + 1),
            Launches = model.Layers * (steps + 1),
            Sequences = batch * (steps + 1),
            CommSteps = n > 1 ? model.Layers * (steps + 1) : 0,
            CommGb = n > 1 ? 4 * model.Layers * tokens * model.Hidden / 1e9 : 0,
            PeakTflopPerS = device.PeakTflopPerS,
            PeakGbPerS = device.PeakGbPerS,
            IsRate = throughput,
            LogOffset = throughput ? Math.Log(batch * (input + output)) : 0,
        };
    }
}
