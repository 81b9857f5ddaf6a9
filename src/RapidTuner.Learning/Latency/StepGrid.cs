namespace RapidTuner.Learning.Latency;

/// <summary>What turns a step's tokens into waves of tiles: the units of a device and the width of a model.</summary>
/// <param name="Units">Units of the device, at least 1.</param>
/// <param name="WidthTiles">Tiles across the residual stream, the narrowest of a layer's products, at least 1.</param>
public readonly record struct StepGrid(int Units, int WidthTiles)
{
    /// <summary>Rows and columns of a tile: the usual one of large matrix products.</summary>
    public const int Tile = 128;

    /// <summary>The grid of a device and model.</summary>
    public static StepGrid Of(LatencyScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return new StepGrid(scene.Units, Math.Max(1, (scene.Hidden + Tile - 1) / Tile));
    }

    /// <summary>Whole waves over the waves' worth of tiles, at least 1: how much of the last wave is idle.</summary>
    internal double IdleRatio(int tokens, int units)
    {
        var waves = Math.Max(1, Math.Ceiling(tokens / (double)Tile)) * WidthTiles / units;
        return Math.Ceiling(waves) / waves;
    }
}
