namespace RapidTuner.Control.Learned;

/// <summary>How far the numbers of late lie from their running mean, on average; about the latest 30 count. Adding allocates nothing.</summary>
internal sealed class RunningScatter
{
    private const double Weight = 1.0 / 30;

    // Beyond a factor of three a measurement is a fault; how far beyond says nothing.
    private const double OffMax = 1.1;

    private double _mean = double.NaN;

    /// <summary>Mean absolute distance, at most 1.1.</summary>
    public double Value { get; private set; }

    /// <summary>Forgets this share of it.</summary>
    public void Forget(double share) => Value *= 1 - share;

    /// <summary>Adds a logarithm; what is not finite is as far off as any can be, and moves no mean.</summary>
    public void Add(double log)
    {
        if (!double.IsFinite(log))
        {
            Value += Weight * (OffMax - Value);
            return;
        }

        _mean = double.IsNaN(_mean) ? log : _mean;
        var off = Math.Clamp(log - _mean, -OffMax, OffMax);
        Value += Weight * (Math.Abs(off) - Value);
        _mean += Weight * off;
    }
}
