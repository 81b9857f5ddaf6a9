namespace RapidTuner.Learning.Physics;

/// <summary>
/// The physical law: arithmetic and memory traffic overlap (a norm of both), attention likewise, collectives add, and launches
/// hide behind the device's work or bound it (a norm of both). Rates grow with the share of units: arithmetic by a power, memory
/// to saturation. Its constants are fitted to what was measured; it has no others.
/// </summary>
internal readonly struct RooflineLaw
{
    private readonly double _compute;
    private readonly double _shareExponent;
    private readonly double _tokensHalf;
    private readonly double _depthHalf;
    private readonly double _memory;
    private readonly double _bandwidthShare;
    private readonly double _kv;
    private readonly double _norm;
    private readonly double _attention;
    private readonly double _lengthHalf;
    private readonly double _base;
    private readonly double _launch;
    private readonly double _launchNorm;
    private readonly double _commStep;
    private readonly double _commByte;
    private readonly double _wave;
    private readonly double _sequence;
    private readonly double _fullBandwidth;

    /// <summary>The law with these constants (logarithms).</summary>
    public RooflineLaw(ReadOnlySpan<double> logs)
    {
        _compute = Math.Exp(logs[LawConstants.Compute]);
        _shareExponent = Math.Exp(logs[LawConstants.ShareExponent]);
        _tokensHalf = Math.Exp(logs[LawConstants.TokensHalf]);
        _depthHalf = Math.Exp(logs[LawConstants.DepthHalf]);
        _memory = Math.Exp(logs[LawConstants.Memory]);
        _bandwidthShare = Math.Exp(logs[LawConstants.BandwidthShare]);
        _kv = Math.Exp(logs[LawConstants.Kv]);
        _norm = 1 + Math.Exp(logs[LawConstants.Norm]);
        _attention = Math.Exp(logs[LawConstants.Attention]);
        _lengthHalf = Math.Exp(logs[LawConstants.LengthHalf]);
        _base = Math.Exp(logs[LawConstants.Base]);
        _launch = Math.Exp(logs[LawConstants.Launch]);
        _launchNorm = 1 + Math.Exp(logs[LawConstants.LaunchNorm]);
        _commStep = Math.Exp(logs[LawConstants.CommStep]);
        _commByte = Math.Exp(logs[LawConstants.CommByte]);
        _wave = Math.Exp(logs[LawConstants.Wave]);
        _sequence = Math.Exp(logs[LawConstants.Sequence]);
        _fullBandwidth = -double.ExpM1(-1 / _bandwidthShare);
    }

    /// <summary>Logarithm of the target for a row.</summary>
    public double LogOf(in WorkRow row)
    {
        var arithmetic = 1.0;
        var traffic = 1.0;
        if (row.Share is > 0 and < 1)
        {
            arithmetic = Math.Pow(row.Share, -_shareExponent);
            traffic = _fullBandwidth / -double.ExpM1(-row.Share / _bandwidthShare);
        }

        var waves = WaveLoss(in row);
        var compute = row.Tflop == 0 ? 0 : 1e3 * row.Tflop / (_compute * row.PeakTflopPerS) * arithmetic * waves * Half(_tokensHalf, row.Tokens) * Half(_depthHalf, row.Depth);
        var memory = 1e3 * (row.WeightGb + row.ActivationGb) / (_memory * row.PeakGbPerS) * traffic;
        var attention = row.AttentionTflop == 0 ? 0 : 1e3 * row.AttentionTflop / (_attention * row.PeakTflopPerS) * arithmetic * waves * Half(_lengthHalf, row.Length);
        var kv = 1e3 * row.KvGb / (_kv * row.PeakGbPerS) * traffic;
        var device = Norm(compute, memory, _norm) + Norm(attention, kv, _norm)
            + (_commStep * row.CommSteps) + (_commByte * row.CommGb) + (_sequence * row.Sequences);
        var host = _base + (_launch * row.Launches);
        var log = Math.Log(Norm(device, host, _launchNorm));
        return row.LogOffset + (row.IsRate ? -log : log);
    }

    private static double Half(double half, double amount) => amount > 0 ? 1 + (half / amount) : 1;

    private static double Norm(double a, double b, double p)
    {
        var (large, small) = a > b ? (a, b) : (b, a);
        return small <= 0 ? large : large * Math.Pow(1 + Math.Pow(small / large, p), 1 / p);
    }

    /// <summary>How much longer waves of tiles take than tiles spread evenly; 1 where tiles are not known.</summary>
    private double WaveLoss(in WorkRow row)
    {
        if (!(row.Tiles > 0) || !(row.Units > 0))
        {
            return 1;
        }

        var waves = row.Tiles / row.Units;
        return 1 + (_wave * ((Math.Ceiling(waves - 1e-9) / waves) - 1));
    }
}
