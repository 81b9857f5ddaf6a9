namespace RapidTuner.Learning.Drift;

/// <summary>
/// Page-Hinkley test (Page 1954) of a residual's mean, both ways: sums how far residuals lie from their mean so far, beyond what
/// is tolerated, and alarms when the sum has come away from its extreme by the threshold. Allocates nothing.
/// </summary>
/// <param name="tolerance">Change of mean that is no drift, in the residual's unit, 0 or more.</param>
/// <param name="threshold">Sum at which it alarms, in the residual's unit, above 0.</param>
public sealed class PageHinkley(double tolerance, double threshold)
{
    /// <summary>Residuals before it may alarm: the first few are their own mean.</summary>
    private const int SeenMin = 30;

    private double _mean;
    private double _up;
    private double _upLeast;
    private double _down;
    private double _downMost;

    /// <summary>Residuals so far.</summary>
    public long Seen { get; private set; }

    /// <summary>How far the sums came away from their extremes; drift from the threshold on.</summary>
    public double Statistic => Math.Max(_up - _upLeast, _downMost - _down);

    /// <summary>True once there was drift, until <see cref="Reset"/>.</summary>
    public bool Drifted { get; private set; }

    /// <summary>Takes a residual; NaN and infinities are passed over.</summary>
    /// <returns><see cref="Drifted"/>.</returns>
    public bool Add(double residual)
    {
        if (!double.IsFinite(residual))
        {
            return Drifted;
        }

        Seen++;
        _mean += (residual - _mean) / Seen;
        _up += residual - _mean - tolerance;
        _upLeast = Math.Min(_upLeast, _up);
        _down += residual - _mean + tolerance;
        _downMost = Math.Max(_downMost, _down);
        Drifted |= Seen >= SeenMin && Statistic >= threshold;
        return Drifted;
    }

    /// <summary>Starts anew, as after a retraining.</summary>
    public void Reset()
    {
        (_mean, _up, _upLeast, _down, _downMost) = (0, 0, 0, 0, 0);
        (Seen, Drifted) = (0, false);
    }
}
