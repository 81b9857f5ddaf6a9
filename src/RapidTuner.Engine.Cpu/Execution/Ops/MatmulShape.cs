using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>How a product is cut: a tile is a block of rows by a run of panels, some tens of microseconds of work.</summary>
internal static class MatmulShape
{
    /// <summary>Rows of a tile. Chosen: four kernels of twelve; with a depth block they stay in the second-level cache.</summary>
    public const int RowsPerTile = 48;

    // Chosen: some 10 to 30 µs a tile, so that a share holds to a few per cent within a millisecond and a tile's own cost (about 0.1 µs) does not count.
    private const long MultipliesPerTile = 2_000_000;
    private const long WeightsPerTile = 128 * 1024;

    // The kernel of one row takes four panels at a time; beyond this a tile of four would be too long to share a core fairly.
    private const int PanelsOfOneRow = 4;
    private const long BytesOfOneRowMax = 512 * 1024;

    /// <summary>Panels of a tile when the step has that many rows.</summary>
    public static int PanelsPerTile(PackedMatrix w, int rows)
    {
        var weights = (long)w.Depth * PackedMatrix.PanelColumns;
        var panels = Math.Min(MultipliesPerTile / (Math.Min(rows, RowsPerTile) * weights), WeightsPerTile / weights);
        if (rows == 1)
        {
            panels = panels >= PanelsOfOneRow ? panels / PanelsOfOneRow * PanelsOfOneRow
                : PanelsOfOneRow * weights * w.BytesPerWeight <= BytesOfOneRowMax ? PanelsOfOneRow : panels;
        }

        return (int)Math.Clamp(panels, 1, w.Panels);
    }
}
