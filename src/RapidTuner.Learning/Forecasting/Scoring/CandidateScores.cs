namespace RapidTuner.Learning.Forecasting.Scoring;

/// <summary>
/// Rolling back-test of every method at one horizon: mean absolute error and, with an interval that follows each method's own
/// errors, pinball loss. Recent scores weigh more.
/// </summary>
internal sealed class CandidateScores
{
    /// <summary>Half-life of scores, windows; chosen: methods are compared over the last quarter of an hour or so.</summary>
    private const double HalfLifeWindows = 600;

    /// <summary>Levels of the interval's ends.</summary>
    private const double LowLevel = 0.05;

    private const double HighLevel = 0.95;

    /// <summary>Step with which an end follows the errors, in mean absolute errors; chosen.</summary>
    private const double EndStep = 0.1;

    /// <summary>Errors below this share of the value are rounding, not skill.</summary>
    private const double RoundingShare = 1e-9;

    private readonly double _weight;
    private readonly double[] _absolute;
    private readonly double[] _pinball;
    private readonly double[] _low;
    private readonly double[] _high;

    public CandidateScores(int candidates, int strideWindows)
    {
        _weight = 1 - Math.Pow(0.5, strideWindows / HalfLifeWindows);
        (_absolute, _pinball, _low, _high) = (new double[candidates], new double[candidates], new double[candidates], new double[candidates]);
    }

    /// <summary>Scored forecasts so far.</summary>
    public int Count { get; private set; }

    /// <summary>Mean absolute error of a method.</summary>
    public double AbsoluteOf(int candidate) => _absolute[candidate];

    /// <summary>Pinball loss of a method, summed over levels 0.05, 0.5 and 0.95.</summary>
    public double PinballOf(int candidate) => _pinball[candidate];

    /// <summary>Scores what every method said against what came.</summary>
    public void Add(ReadOnlySpan<double> said, double came)
    {
        Count = Math.Min(Count + 1, int.MaxValue - 1);
        var weight = Math.Max(_weight, 1.0 / Count);
        for (var c = 0; c < _absolute.Length; c++)
        {
            var error = came - said[c];
            error = Math.Abs(error) <= RoundingShare * came ? 0 : error;
            var pinball = (0.5 * Math.Abs(error)) + Pinball(error - _low[c], LowLevel) + Pinball(error - _high[c], HighLevel);
            _pinball[c] += weight * (pinball - _pinball[c]);
            _absolute[c] += weight * (Math.Abs(error) - _absolute[c]);
            var step = EndStep * _absolute[c];
            _low[c] += step * (error < _low[c] ? LowLevel - 1 : LowLevel);
            _high[c] += step * (error < _high[c] ? HighLevel - 1 : HighLevel);
        }
    }

    /// <summary>Forgets all scores.</summary>
    public void Clear()
    {
        Array.Clear(_absolute);
        Array.Clear(_pinball);
        Array.Clear(_low);
        Array.Clear(_high);
        Count = 0;
    }

    private static double Pinball(double error, double level) => error > 0 ? level * error : (level - 1) * error;
}
