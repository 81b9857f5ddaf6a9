using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RapidTuner.Learning.Forecasting.Scoring;

/// <summary>
/// Rolling back-test of every method at one horizon: mean absolute error and, with an interval that follows each method's own
/// errors, pinball loss. Recent scores weigh more. Methods are scored four at a time.
/// </summary>
internal sealed class CandidateScores
{
    /// <summary>Methods of a vector; arrays are filled up to a multiple with methods that say nothing.</summary>
    public const int Lanes = 4;

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
    private readonly double _independentShare;
    private readonly double[] _absolute;
    private readonly double[] _gainSquare;
    private readonly double[] _pinball;
    private readonly double[] _low;
    private readonly double[] _high;

    /// <summary>Scores of nothing yet.</summary>
    /// <param name="places">Number of methods, filled up to a multiple of <see cref="Lanes"/>.</param>
    /// <param name="strideWindows">Windows between two scores.</param>
    /// <param name="horizonWindows">Windows of the horizon: scores closer than that share windows, and tell less.</param>
    public CandidateScores(int places, int strideWindows, int horizonWindows)
    {
        _weight = 1 - Math.Pow(0.5, strideWindows / HalfLifeWindows);
        _independentShare = (double)strideWindows / horizonWindows;
        (_absolute, _gainSquare, _pinball, _low, _high) = (new double[places], new double[places], new double[places], new double[places], new double[places]);
    }

    /// <summary>Scored forecasts so far.</summary>
    public int Count { get; private set; }

    /// <summary>Mean absolute error of a method.</summary>
    public double AbsoluteOf(int candidate) => _absolute[candidate];

    /// <summary>
    /// How far a method's mean absolute error lies below last value's, in standard errors of that difference (Diebold and Mariano 1995, with scores counted as
    /// far as they share no windows); 0 where they are equal.
    /// </summary>
    public double GainOf(int candidate)
    {
        var gain = _absolute[0] - _absolute[candidate];
        var scores = Math.Min(Count, (2 / _weight) - 1) * _independentShare;
        var variance = Math.Max(0, _gainSquare[candidate] - (gain * gain)) / Math.Max(1, scores - 1);
        return gain == 0 ? 0 : gain / Math.Sqrt(Math.Max(variance, double.Epsilon));
    }

    /// <summary>Pinball loss of a method, summed over levels 0.05, 0.5 and 0.95.</summary>
    public double PinballOf(int candidate) => _pinball[candidate];

    /// <summary>Scores what every method said against what came.</summary>
    public void Add(ReadOnlySpan<double> said, double came)
    {
        Count = Math.Min(Count + 1, int.MaxValue - 1);
        var weight = Vector256.Create(Math.Max(_weight, 1.0 / Count));
        var rounding = Vector256.Create(RoundingShare * came);
        var last = Math.Abs(came - said[0]);
        var ofLast = Vector256.Create(last <= RoundingShare * came ? 0 : last);
        for (var at = 0; at < said.Length; at += Lanes)
        {
            ref var absolutes = ref Unsafe.As<double, Vector256<double>>(ref _absolute[at]);
            ref var gainSquares = ref Unsafe.As<double, Vector256<double>>(ref _gainSquare[at]);
            ref var pinballs = ref Unsafe.As<double, Vector256<double>>(ref _pinball[at]);
            ref var lows = ref Unsafe.As<double, Vector256<double>>(ref _low[at]);
            ref var highs = ref Unsafe.As<double, Vector256<double>>(ref _high[at]);
            var error = Vector256.Create(came) - Vector256.Create(said.Slice(at, Lanes));
            var absolute = Vector256.Abs(error);
            error = Vector256.ConditionalSelect(Vector256.LessThanOrEqual(absolute, rounding), default, error);
            absolute = Vector256.Abs(error);
            var pinball = (absolute * 0.5) + Pinball(error - lows, LowLevel) + Pinball(error - highs, HighLevel);
            pinballs += weight * (pinball - pinballs);
            absolutes += weight * (absolute - absolutes);
            var gain = ofLast - absolute;
            gainSquares += weight * ((gain * gain) - gainSquares);
            var step = absolutes * EndStep;
            lows += step * Follow(error, lows, LowLevel);
            highs += step * Follow(error, highs, HighLevel);
        }
    }

    /// <summary>Forgets all scores.</summary>
    public void Clear()
    {
        Array.Clear(_absolute);
        Array.Clear(_gainSquare);
        Array.Clear(_pinball);
        Array.Clear(_low);
        Array.Clear(_high);
        Count = 0;
    }

    private static Vector256<double> Pinball(Vector256<double> error, double level) =>
        Vector256.Max(error * level, error * (level - 1));

    /// <summary>Down by 1 − level when the error lies below the end, else up by the level: at rest the level's share lies below.</summary>
    private static Vector256<double> Follow(Vector256<double> error, Vector256<double> end, double level) =>
        Vector256.ConditionalSelect(Vector256.LessThan(error, end), Vector256.Create(level - 1), Vector256.Create(level));
}
