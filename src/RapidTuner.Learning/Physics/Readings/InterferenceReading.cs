namespace RapidTuner.Learning.Physics.Readings;

/// <summary>A kernel beside others: its time alone, stretched where they overlap by how much of memory and arithmetic it uses.</summary>
internal sealed class InterferenceReading : IWorkReading
{
    public string Kind => "interference";

    public IReadOnlyList<string> Required => ["solo_us", "overlap_ratio"];

    public IReadOnlyList<string[]> Levels => [["gpu"]];

    public WorkRow Read(WorkColumns columns, int row, string target)
    {
        var ratio = target.Contains("over", StringComparison.OrdinalIgnoreCase);
        var solo = ratio ? 1 : columns.Number("solo_us", row, 1);
        var overlap = columns.Number("overlap_ratio", row);
        return new WorkRow
        {
            // The law's additive terms, with the time alone as the amount of each.
            CommSteps = solo,
            CommGb = solo * overlap * columns.Number("solo_dram_pct", row) / 100,
            Sequences = solo * overlap * columns.Number("solo_compute_pct", row) / 100,
            WeightGb = solo * overlap / 1e3,
            PeakTflopPerS = 1,
            PeakGbPerS = 1,
        };
    }
}
