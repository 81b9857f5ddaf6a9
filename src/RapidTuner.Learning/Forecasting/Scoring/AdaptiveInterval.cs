namespace RapidTuner.Learning.Forecasting.Scoring;

/// <summary>
/// Adaptive conformal inference (Gibbs and Candès 2021), one side at a time: an end is a quantile of the latest errors, and the
/// quantile's level moves by what was missed, so that in the long run the stated share falls inside even when the load drifts.
/// Errors are in multiples of the recent mean error, which lets the width follow calm and storm.
/// </summary>
/// <param name="strideWindows">Windows between two errors; rarer ones move the level more, since they tell more.</param>
internal sealed class AdaptiveInterval(int strideWindows)
{
    /// <summary>Share that may fall outside on each side.</summary>
    private const double MissShare = 0.05;

    /// <summary>Errors kept; chosen: the ends' levels are told to 1/160.</summary>
    private const int KeptMax = 160;

    /// <summary>Errors before an interval is given.</summary>
    private const int KeptMin = 20;

    /// <summary>Step of the level at one error a window; with the stride's root it stays within the authors' 0.005–0.05.</summary>
    private const double LevelStep = 0.01;

    /// <summary>Half-life of the mean error, scores; chosen.</summary>
    private const double ScaleHalfLife = 30;

    /// <summary>How far an end goes beyond the largest error kept when the level asks for more than there is, once more for each <see cref="MissShare"/> that it lies below 0.</summary>
    private const double BeyondFactor = 1.5;

    /// <summary>Least level: five such steps, 7.6 times the largest error.</summary>
    private const double LevelMin = -4 * MissShare;

    private static readonly double ScaleWeight = 1 - Math.Pow(0.5, 1 / ScaleHalfLife);

    private readonly double _levelStep = LevelStep * Math.Sqrt(strideWindows);
    private readonly double[] _inOrder = new double[KeptMax];
    private readonly double[] _inTime = new double[KeptMax];
    private int _kept;
    private int _next;
    private double _scale;
    private double _lowMiss = MissShare;
    private double _highMiss = MissShare;

    /// <summary>Errors seen, up to the number kept.</summary>
    public int Scores => _kept;

    /// <summary>True when there are errors enough.</summary>
    public bool IsReady => _kept >= KeptMin;

    /// <summary>The interval around <paramref name="mean"/>.</summary>
    public (double Low, double High) Around(double mean) =>
        (Math.Max(0, mean + (_scale * EndOf(_lowMiss))), Math.Max(0, mean + (_scale * -MirroredEndOf(_highMiss))));

    /// <summary>Takes what came of a forecast: the mean that was said and the interval that was given with it.</summary>
    public void Add(double mean, double low, double high, double came)
    {
        if (IsReady)
        {
            _lowMiss = Math.Clamp(_lowMiss + (_levelStep * (MissShare - (came < low ? 1 : 0))), LevelMin, 0.5);
            _highMiss = Math.Clamp(_highMiss + (_levelStep * (MissShare - (came > high ? 1 : 0))), LevelMin, 0.5);
        }

        var error = came - mean;
        var scaled = _scale > 0 ? error / _scale : Math.Sign(error);
        var weight = Math.Max(ScaleWeight, 1.0 / (_kept + 1));
        _scale += weight * (Math.Abs(error) - _scale);
        Keep(scaled);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => (_kept, _next, _scale, _lowMiss, _highMiss) = (0, 0, 0, MissShare, MissShare);

    private double EndOf(double miss)
    {
        if (miss * (_kept + 1) < 1)
        {
            return _inOrder[0] < 0 ? Beyond(miss) * _inOrder[0] : _inOrder[0];
        }

        return _inOrder[Math.Min(_kept, (int)(miss * (_kept + 1))) - 1];
    }

    private double MirroredEndOf(double miss)
    {
        if (miss * (_kept + 1) < 1)
        {
            return _inOrder[_kept - 1] > 0 ? -Beyond(miss) * _inOrder[_kept - 1] : -_inOrder[_kept - 1];
        }

        return -_inOrder[_kept - Math.Min(_kept, (int)(miss * (_kept + 1)))];
    }

    private static double Beyond(double miss) => Math.Pow(BeyondFactor, 1 + (Math.Max(0, -miss) / MissShare));

    private void Keep(double scaled)
    {
        if (_kept == KeptMax)
        {
            var oldest = PlaceOf(_inTime[_next]);
            _inOrder.AsSpan(oldest + 1).CopyTo(_inOrder.AsSpan(oldest));
            _kept--;
        }

        _inTime[_next] = scaled;
        _next = (_next + 1) % KeptMax;
        var at = PlaceOf(scaled);
        _inOrder.AsSpan(at, _kept - at).CopyTo(_inOrder.AsSpan(at + 1));
        _inOrder[at] = scaled;
        _kept++;
    }

    /// <summary>How many of the errors kept are below <paramref name="scaled"/>.</summary>
    private int PlaceOf(double scaled)
    {
        var (from, count) = (0, _kept);
        while (count > 0)
        {
            var half = count >> 1;
            var below = _inOrder[from + half] < scaled;
            from = below ? from + half + 1 : from;
            count = below ? count - half - 1 : half;
        }

        return from;
    }
}
