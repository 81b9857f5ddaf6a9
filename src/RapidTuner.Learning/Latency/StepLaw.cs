using RapidTuner.Core;

namespace RapidTuner.Learning.Latency;

/// <summary>
/// The physical law of one phase's steps: arithmetic and memory traffic overlap in part, attention likewise, host time adds. Rates
/// grow with the units: arithmetic by a power, memory to saturation. Beside the other phase the memory-bound and the compute-bound
/// part are slowed by what the other does. All constants are fitted to samples; it shares no code with any simulator. Everything
/// that depends on units alone is tabulated, so an evaluation is arithmetic.
/// </summary>
internal sealed class StepLaw
{
    private readonly LatencyScene _scene;
    private readonly double[] _arithmetic;
    private readonly double[] _traffic;
    private readonly double[] _meets;
    private readonly double _flopPerS;
    private readonly double _tokensHalf;
    private readonly double _bytesPerS;
    private readonly double _kvBytesPerS;
    private readonly double _attentionFlopPerS;
    private readonly double _lengthHalf;
    private readonly double _adding;
    private readonly double _baseS;
    private readonly double _sequenceS;
    private readonly double _tokenS;
    private readonly double _floorS;
    private readonly double _collectiveS;
    private readonly double _memoryMeets;
    private readonly double _memoryMeetsMemory;
    private readonly double _computeMeets;
    private readonly double _memoryOverlaps;
    private readonly double _computeOverlaps;
    private readonly double _logRoutedLeft;

    /// <summary>The law with these constants (logarithms, <see cref="StepLawConstants"/>).</summary>
    public StepLaw(LatencyScene scene, ReadOnlySpan<double> logs)
    {
        _scene = scene;
        _flopPerS = Math.Exp(logs[StepLawConstants.Compute]) * scene.PeakFlopPerS;
        _tokensHalf = Math.Exp(logs[StepLawConstants.TokensHalf]);
        _bytesPerS = Math.Exp(logs[StepLawConstants.Memory]) * scene.MemoryBytesPerS;
        _kvBytesPerS = Math.Exp(logs[StepLawConstants.Kv]) * scene.MemoryBytesPerS;
        _attentionFlopPerS = Math.Exp(logs[StepLawConstants.Attention]) * scene.PeakFlopPerS;
        _lengthHalf = Math.Exp(logs[StepLawConstants.LengthHalf]);
        _adding = 1 / (1 + Math.Exp(-logs[StepLawConstants.Adding]));
        _baseS = Math.Exp(logs[StepLawConstants.Base]);
        _sequenceS = Math.Exp(logs[StepLawConstants.Sequence]);
        _tokenS = Math.Exp(logs[StepLawConstants.Token]);
        _floorS = Math.Exp(logs[StepLawConstants.LayerFloor]) * scene.Layers;
        if (scene.TensorParallel > 1)
        {
            // Two all-reduces a layer, each of the step's residual stream in 16 bits.
            _baseS += Math.Exp(logs[StepLawConstants.CollectiveStep]) * 2 * scene.Layers;
            _collectiveS = 4.0 * scene.Layers * scene.Hidden / (Math.Exp(logs[StepLawConstants.CollectiveRate]) * scene.CollectiveBytesPerS);
        }

        _memoryMeets = Math.Exp(logs[StepLawConstants.MemoryMeets]);
        _memoryMeetsMemory = Math.Exp(logs[StepLawConstants.MemoryMeetsMemory]);
        _computeMeets = Math.Exp(logs[StepLawConstants.ComputeMeets]);
        _memoryOverlaps = Math.Exp(logs[StepLawConstants.MemoryOverlaps]);
        _computeOverlaps = Math.Exp(logs[StepLawConstants.ComputeOverlaps]);
        _logRoutedLeft = scene.RoutedShare is > 0 and < 1 ? Math.Log(1 - scene.RoutedShare) : double.NegativeInfinity;
        _arithmetic = new double[scene.Units + 1];
        _traffic = new double[scene.Units + 1];
        _meets = new double[scene.Units + 1];
        Tabulate(Math.Exp(logs[StepLawConstants.ShareExponent]), Math.Exp(logs[StepLawConstants.BandwidthShare]), Math.Exp(logs[StepLawConstants.MeetsExponent]));
    }

    /// <summary>Units of the device.</summary>
    public int Units => _scene.Units;

    /// <summary>A step alone on <paramref name="units"/> (1 to the device's).</summary>
    public StepParts Alone(in StepWork work, int units)
    {
        var tokens = (double)Math.Max(1, work.NewTokens);
        var sequences = (double)Math.Max(1, work.Sequences);
        var flop = (_scene.FlopPerToken * tokens) + (_scene.FlopPerLogitRow * work.LogitRows);
        var computeS = flop / _flopPerS * (1 + (_tokensHalf / tokens)) * _arithmetic[units];
        var memoryS = WeightBytes(tokens) / _bytesPerS * _traffic[units];
        var attentionS = _scene.FlopPerPair * work.AttentionPairs / _attentionFlopPerS * (1 + (_lengthHalf * sequences / tokens)) * _arithmetic[units];
        var kvS = _scene.KvBytesPerToken * (work.ContextTokens + tokens) / _kvBytesPerS * _traffic[units];
        var deviceS = Together(computeS, memoryS) + Together(attentionS, kvS) + (_collectiveS * tokens);
        var hostS = _baseS + (_sequenceS * sequences) + (_tokenS * tokens);
        var totalS = hostS + Fourth(deviceS, _floorS);
        var busy = (computeS + attentionS + memoryS + kvS) * totalS;
        return new StepParts(totalS, deviceS * (memoryS + kvS) / busy, deviceS * (computeS + attentionS) / busy);
    }

    /// <summary>Logarithm of the factor by which a step is slowed while another runs beside it all along.</summary>
    /// <param name="own">The step alone.</param>
    /// <param name="units">Its units.</param>
    /// <param name="beside">The other step alone, by its own phase's law.</param>
    /// <param name="besideUnits">The other's units.</param>
    public double LogSlowed(in StepParts own, int units, in StepParts beside, int besideUnits)
    {
        var overlap = Math.Max(0, units + besideUnits - Units) / (double)units;
        var met = _meets[besideUnits];
        var slowed = (own.MemoryShare * ((_memoryMeets + (_memoryMeetsMemory * beside.MemoryShare)) * met))
            + (own.ComputeShare * _computeMeets * met)
            + (overlap * ((own.MemoryShare * _memoryOverlaps) + (own.ComputeShare * _computeOverlaps)));
        return Math.Log(1 + slowed);
    }

    private void Tabulate(double shareExponent, double bandwidthShare, double meetsExponent)
    {
        var full = -double.ExpM1(-1 / bandwidthShare);
        for (var units = 1; units <= Units; units++)
        {
            var share = (double)units / Units;
            _arithmetic[units] = Math.Pow(share, -shareExponent);
            _traffic[units] = full / -double.ExpM1(-share / bandwidthShare);
            _meets[units] = Math.Pow(share, meetsExponent);
        }
    }

    private double WeightBytes(double tokens) =>
        _scene.RoutedWeightBytes == 0 ? _scene.DenseWeightBytes : _scene.DenseWeightBytes + (_scene.RoutedWeightBytes * -double.ExpM1(tokens * _logRoutedLeft));

    private double Together(double a, double b) => (_adding * (a + b)) + ((1 - _adding) * Fourth(a, b));

    private static double Fourth(double a, double b)
    {
        var (squareA, squareB) = (a * a, b * b);
        return Math.Sqrt(Math.Sqrt((squareA * squareA) + (squareB * squareB)));
    }
}
