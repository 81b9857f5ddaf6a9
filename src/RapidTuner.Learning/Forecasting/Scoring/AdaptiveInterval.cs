namespace RapidTuner.Learning.Forecasting.Scoring;

/// <summary>
/// Adaptive conformal inference (Gibbs and Candès 2021), one side at a time: an end is a quantile of the latest errors, and the
/// quantile's level moves by what was missed, so that in the long run the stated share falls inside even when the load drifts.
/// Errors are in multiples of the recent mean error, which lets the width follow calm and storm.
/// </summary>
internal sealed class AdaptiveInterval
{
    /// <summary>Share that may fall outside on each side.</summary>
    private const double MissShare = 0.05;

    /// <summary>Errors kept; chosen: the ends' levels are told to 1/160.</summary>
    private const int KeptMax = 160;

    /// <summary>Errors before an interval is given.</summary>
    private const int KeptMin = 20;

    /// <summary>Step of the level; the authors' 0.005–0.05.</summary>
    private const double LevelStep = 0.01;

    /// <summary>Half-life of the mean error, scores; chosen.</summary>
    private const double ScaleHalfLife = 30;

    /// <summary>How far an end goes beyond the largest error kept, when the level asks for more than there is.</summary>
    private const double BeyondFactor = 1.5;

    private static readonly double ScaleWeight = 1 - Math.Pow(0.5, 1 / ScaleHalfLife);

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
            _lowMiss = Math.Clamp(_lowMiss + (LevelStep * (MissShare - (came < low ? 1 : 0))), -MissShare, 0.5);
            _highMiss = Math.Clamp(_highMiss + (LevelStep * (MissShare - (came > high ? 1 : 0))), -MissShare, 0.5);
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
            return _inOrder[0] < 0 ? BeyondFactor * _inOrder[0] : _inOrder[0];
        }

        return _inOrder[Math.Min(_kept, (int)(miss * (_kept + 1))) - 1];
    }

    private double MirroredEndOf(double miss)
    {
        if (miss * (_kept + 1) < 1)
        {
            return _inOrder[_kept - 1] > 0 ? -BeyondFactor * _inOrder[_kept - 1] : -_inOrder[_kept - 1];
        }

        return -_inOrder[_kept - Math.Min(_kept, (int)(miss * (_kept + 1)))];
    }

    private void Keep(double scaled)
    {
        if (_kept == KeptMax)
        {
            var oldest = Array.BinarySearch(_inOrder, _inTime[_next]);
            Array.Copy(_inOrder, oldest + 1, _inOrder, oldest, KeptMax - oldest - 1);
            _kept--;
        }

        _inTime[_next] = scaled;
        _next = (_next + 1) % KeptMax;
        var at = Array.BinarySearch(_inOrder, 0, _kept, scaled);
        at = at < 0 ? ~at : at;
        Array.Copy(_inOrder, at, _inOrder, at + 1, _kept - at);
        _inOrder[at] = scaled;
        _kept++;
    }
}
