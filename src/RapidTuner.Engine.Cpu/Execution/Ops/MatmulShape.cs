using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>How a product is cut: a tile is a block of rows by a run of panels, some tens of microseconds of work.</summary>
internal static class MatmulShape
{
    /// <summary>Rows of a tile. Chosen: four kernels of twelve; with a depth block they stay in the second-level cache.</summary>
    public const int RowsPerTile = 48;

    // Chosen: some 10 to 30 µs a tile, so that a share holds to a few per cent within a millisecond and a tile's own cost (about 0.1 µs) does not count.
    private const long MultipliesPerTile = 2_000_000;
    private const long BytesPerTile = 512 * 1024;

    /// <summary>Panels of a tile when the step has that many rows.</summary>
    public static int PanelsPerTile(PackedMatrix w, int rows)
    {
        var multiplies = (long)Math.Min(rows, RowsPerTile) * w.Depth * PackedMatrix.PanelColumns;
        var bytes = (long)w.Depth * PackedMatrix.PanelColumns * w.BytesPerWeight;
        var panels = Math.Min(MultipliesPerTile / Math.Max(1, multiplies), BytesPerTile / Math.Max(1, bytes));
        return (int)Math.Clamp(panels, 1, w.Panels);
    }
}
