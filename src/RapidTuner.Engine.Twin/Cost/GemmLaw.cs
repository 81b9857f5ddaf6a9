using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Cost;

/// <summary>
/// Time of a matrix product C[m,n] = A[m,k]·B[k,n]: the output is cut into tiles, the tiles run in waves over the units, each
/// tile spends its k-loop and a start-up; where tiles are few the k-loop is split and the parts are summed. The kernel library
/// is taken to choose the best of its tiles and splits. The clock droops with the rate of arithmetic and with the time that it
/// lasts. Arithmetic and memory overlap as a p-norm.
/// </summary>
internal sealed class GemmLaw
{
    private static readonly int[] Splits = [1, 2, 3, 4, 6, 8];

    private readonly TileShape[] _tiles;
    private readonly ShareCurves _curves;
    private readonly double _unitFlopPerS;
    private readonly double _bytesPerS;
    private readonly double _norm;
    private readonly double _startupK;
    private readonly double _splitS;
    private readonly double _droop;
    private readonly double _droopExponent;
    private readonly double _droopTimeS;
    private readonly double _operandBytes;

    public GemmLaw(DeviceSpec device, StackSpec stack, ShareCurves curves)
    {
        var cost = device.Cost;
        _curves = curves;
        _unitFlopPerS = device.PeakBf16FlopPerS * cost.MatmulEfficiency / stack.MatmulRatio / device.Units;
        _bytesPerS = device.MemoryBytesPerS * cost.WeightBandwidthEfficiency / stack.WeightStreamRatio;
        _norm = cost.RooflineNorm;
        _startupK = cost.TileStartupK;
        _splitS = cost.SplitS;
        _droop = cost.ClockDroop;
        _droopExponent = cost.ClockDroopExponent;
        _droopTimeS = cost.ClockDroopTimeS;
        _operandBytes = stack.MatmulOperandBytes;
        FloorS = cost.KernelFloorS + stack.KernelOverheadS;
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

    /// <summary>Cost of one product.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <param name="depth">k.</param>
    /// <param name="weightBytes">Bytes of one weight; the stack's operands may be smaller.</param>
    /// <param name="units">Units that it runs on.</param>
    public GemmCell Of(int rows, int columns, int depth, double weightBytes, int units) =>
        Of(1, rows, rows, columns, depth, weightBytes, units);

    /// <summary>Cost of several products of one size, each with weights of its own, in one kernel.</summary>
    /// <param name="groups">Products, > 0.</param>
    /// <param name="groupRows">Rows of each, rounded up to tiles.</param>
    /// <param name="rows">Rows of all together.</param>
    /// <param name="columns">n of each.</param>
    /// <param name="depth">k of each.</param>
    /// <param name="weightBytes">Bytes of one weight.</param>
    /// <param name="units">Units that it runs on.</param>
    public GemmCell Of(double groups, double groupRows, double rows, int columns, int depth, double weightBytes, int units)
    {
        var bytesPerS = _bytesPerS * _curves.BandwidthShare(units);
        var outputs = rows * columns;
        var computeS = double.PositiveInfinity;
        foreach (ref readonly var tile in _tiles.AsSpan())
        {
            // Between whole groups' tiles: an expert that few tokens visit still costs a tile of its own.
            var rowTiles = groups == 1 ? Math.Ceiling(groupRows / tile.Rows) : groups + (Math.Max(0, rows - groups) / tile.Rows);
            var tiles = rowTiles * ((columns + tile.Columns - 1) / tile.Columns);
            foreach (var split in Splits)
            {
                var partsS = split == 1 ? 0 : _splitS + (8 * split * outputs / bytesPerS);
                computeS = Math.Min(computeS, TilesS(tile, tiles * split, (double)depth / split, units) + partsS);
            }
        }

        var idealS = 2 * outputs * depth / (_unitFlopPerS * _curves.Units);
        computeS *= 1 + (_droop * Math.Pow(Math.Min(1, idealS / computeS), _droopExponent) * computeS / (computeS + _droopTimeS));
        var bytes = (groups * columns * depth * Math.Min(weightBytes, _operandBytes)) + (rows * depth * _operandBytes) + (2 * outputs);
        var memoryS = bytes / bytesPerS;
        var totalS = Math.Pow(Math.Pow(computeS, _norm) + Math.Pow(memoryS, _norm), 1 / _norm);
        return new GemmCell(FloorS + totalS, computeS, memoryS, bytes);
    }

    private double TilesS(in TileShape tile, double tiles, double depth, int units)
    {
        var exactWaves = tiles / units;
        var waves = exactWaves + (tile.Quantisation * (Math.Ceiling(exactWaves) - exactWaves));
        return waves * (2.0 * tile.Rows * tile.Columns * (depth + _startupK)) / (_unitFlopPerS * tile.Efficiency);
    }
}
