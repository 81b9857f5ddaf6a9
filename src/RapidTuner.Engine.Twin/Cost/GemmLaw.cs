using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Cost;

/// <summary>
/// Time of a matrix product C[m,n] = A[m,k]·B[k,n]: the output is cut into tiles, the tiles run in waves over the units, each
/// tile spends its k-loop and a start-up; where tiles are few the k-loop is split and the parts are summed. The kernel library
/// is taken to choose the best of its tiles and splits. Arithmetic and memory overlap as a p-norm.
/// </summary>
internal sealed class GemmLaw
{
    private static readonly int[] Splits = [1, 2, 3, 4, 6, 8, 16];

    private readonly TileShape[] _tiles;
    private readonly ShareCurves _curves;
    private readonly double _unitFlopPerS;
    private readonly double _bytesPerS;
    private readonly double _norm;
    private readonly double _startupK;
    private readonly double _splitS;

    public GemmLaw(DeviceSpec device, ShareCurves curves)
    {
        var cost = device.Cost;
        _curves = curves;
        _unitFlopPerS = device.PeakBf16FlopPerS * cost.MatmulEfficiency / device.Units;
        _bytesPerS = device.MemoryBytesPerS * cost.WeightBandwidthEfficiency;
        _norm = cost.RooflineNorm;
        _startupK = cost.TileStartupK;
        _splitS = cost.SplitS;
        FloorS = cost.KernelFloorS;
        double large = cost.LargeTileQuantisation;
        double small = cost.SmallTileQuantisation;
        _tiles =
        [
            new(256, 128, 1, large), new(128, 256, 1, large), new(128, 128, cost.Tile128By128, large),
            new(128, 64, cost.Tile128By64, small), new(64, 128, cost.Tile64By128, small), new(64, 64, cost.Tile64By64, small),
            new(32, 64, cost.Tile32By64, small), new(16, 64, cost.Tile16By64, small),
        ];
    }

    /// <summary>Time of a product with nothing to do, seconds; part of every <see cref="GemmCell.TotalS"/>.</summary>
    public double FloorS { get; }

    /// <summary>Cost of <paramref name="groups"/> products in one kernel.</summary>
    /// <param name="groups">Independent products (experts); 1 for a plain one.</param>
    /// <param name="rows">m of each.</param>
    /// <param name="columns">n of each.</param>
    /// <param name="depth">k of each.</param>
    /// <param name="weightBytes">Bytes of one weight.</param>
    /// <param name="units">Units that it runs on.</param>
    public GemmCell Of(double groups, double rows, int columns, int depth, double weightBytes, int units)
    {
        var bytesPerS = _bytesPerS * _curves.BandwidthShare(units);
        var outputs = groups * rows * columns;
        var computeS = double.PositiveInfinity;
        foreach (ref readonly var tile in _tiles.AsSpan())
        {
            var tiles = groups * Math.Ceiling(rows / tile.Rows) * ((columns + tile.Columns - 1) / tile.Columns);
            foreach (var split in Splits)
            {
                var partsS = split == 1 ? 0 : _splitS + (8 * split * outputs / bytesPerS);
                computeS = Math.Min(computeS, TilesS(tile, tiles * split, (double)depth / split, units) + partsS);
            }
        }

        var bytes = (groups * columns * depth * weightBytes) + (2 * groups * rows * depth) + (2 * outputs);
        var memoryS = bytes / bytesPerS;
        var totalS = Math.Pow(Math.Pow(computeS, _norm) + Math.Pow(memoryS, _norm), 1 / _norm);
        return new GemmCell(FloorS + totalS, computeS, memoryS, bytes);
    }

    private double TilesS(in TileShape tile, double tiles, double depth, int units)
    {
        var exactWaves = tiles / units;
        var waves = exactWaves + (tile.Quantisation * (Math.Ceiling(exactWaves) - exactWaves));
        var busyShare = tiles / waves / _curves.Units;
        var tileFlop = 2.0 * tile.Rows * tile.Columns * (depth + _startupK);
        return waves * tileFlop / (_unitFlopPerS * tile.Efficiency) * _curves.Droop(busyShare);
    }
}
