namespace RapidTuner.Learning.Physics.Readings;

/// <summary>One request of a serving run: its prompt, its output, and how long it waited.</summary>
internal sealed class RequestReading : IWorkReading
{
    public string Kind => "requests";

    public IReadOnlyList<string> Required => ["model|layers+hidden", "input_tokens", "output_tokens"];

    public IReadOnlyList<string[]> Levels => [["gpu"], ["gpu", "model"], ["gpu", "model", "tp"]];

    public WorkRow Read(WorkColumns columns, int row, string target)
    {
        var device = columns.Device(row);
        var model = columns.Model(row) ?? ModelShape.Of(32, 4096, 32, 8, 128, 14336, 3, 32000);
        var tp = columns.Number("tp", row, 1) * columns.Number("dp", row, 1);
        var (input, output) = (columns.Number("input_tokens", row, 1), columns.Number("output_tokens", row, 1));
        var name = target.ToLowerInvariant();
        var steps = name.Contains("tpot", StringComparison.Ordinal) ? 1 : name.Contains("ttft", StringComparison.Ordinal) ? 0 : output;
        var waits = !name.Contains("tpot", StringComparison.Ordinal) && !name.Contains("queue", StringComparison.Ordinal);
        return new WorkRow
        {
            Tflop = 2 * model.ActiveParameters * input / tp / 1e12,
            WeightGb = 2 * model.ActiveParameters * steps / tp / 1e9,
            Tokens = input,
            Sequences = steps,
            CommSteps = waits ? Math.Max(0, columns.Number("queue_wait_ms", row)) : 0,
            PeakTflopPerS = device.PeakTflopPerS,
            PeakGbPerS = device.PeakGbPerS,
        };
    }
}
