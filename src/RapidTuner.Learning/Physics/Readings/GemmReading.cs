namespace RapidTuner.Learning.Physics.Readings;

/// <summary>One matrix product C[m,n] = A[m,k] B[k,n].</summary>
internal sealed class GemmReading : IWorkReading
{
    /// <summary>Edge of the tiles that waves are counted in; chosen: the usual one of large products.</summary>
    private const double TileEdge = 128;

    public string Kind => "gemm";

    public IReadOnlyList<string> Required => ["m_tokens", "n_out", "k_in"];

    public IReadOnlyList<string[]> Levels => [["source"], ["source", "gpu"], ["source", "gpu", "dtype", "op"]];

    public WorkRow Read(WorkColumns columns, int row, string target)
    {
        var (m, n, k) = (columns.Number("m_tokens", row, 1), columns.Number("n_out", row, 1), columns.Number("k_in", row, 1));
        var device = columns.Device(row);
        var bytes = columns.ElementBytes(row);
        return new WorkRow
        {
            // 8-bit products run at twice the rate.
            Tflop = 2 * m * n * k / 1e12 * (bytes / 2),
            WeightGb = bytes * n * k / 1e9,
            ActivationGb = ((bytes * m * k) + (2 * m * n)) / 1e9,
            Tokens = m,
            Depth = k,
            Tiles = Math.Ceiling(m / TileEdge) * Math.Ceiling(n / TileEdge),
            Units = device.Units,
            PeakTflopPerS = device.PeakTflopPerS,
            PeakGbPerS = device.PeakGbPerS,
        };
    }
}
