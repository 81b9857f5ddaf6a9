namespace RapidTuner.Learning.Forecasting.Methods;

/// <summary>The mean of a series by time of day, from whole days before: the season of Holt-Winters.</summary>
internal sealed class DayProfile
{
    private const int DayS = 86_400;
    private const int Slots = 96;
    private const int SlotS = DayS / Slots;

    /// <summary>Weight of the latest day; chosen: about the last three days count.</summary>
    private const double DayWeight = 0.3;

    /// <summary>Most that the season may change a forecast by, as a factor; chosen.</summary>
    private const double FactorMax = 4;

    private readonly double[] _means = new double[Slots];
    private double _sum;
    private int _count;
    private long _slot = long.MinValue;

    public DayProfile() => Array.Fill(_means, double.NaN);

    /// <summary>Takes a value that is no gap.</summary>
    public void Add(long startS, double value)
    {
        var slot = Math.DivRem(startS, SlotS).Quotient;
        if (slot != _slot)
        {
            Close();
            _slot = slot;
        }

        _sum += value;
        _count++;
    }

    /// <summary>Mean around <paramref name="laterS"/> / mean around <paramref name="nowS"/>; 1 where earlier days do not tell.</summary>
    public double Factor(long nowS, double laterS)
    {
        var (now, later) = (At(nowS), At(laterS));
        var factor = later / now;
        return double.IsFinite(factor) ? Math.Clamp(factor, 1 / FactorMax, FactorMax) : 1;
    }

    /// <summary>Linear between the middles of the slots, so that a forecast does not jump at their edges.</summary>
    private double At(double timeS)
    {
        var place = (timeS / SlotS) - 0.5;
        var before = Math.Floor(place);
        var share = place - before;
        return ((1 - share) * _means[IndexOf((long)before)]) + (share * _means[IndexOf((long)before + 1)]);
    }

    private void Close()
    {
        if (_count > 0)
        {
            var mean = _sum / _count;
            ref var kept = ref _means[IndexOf(_slot)];
            kept = double.IsNaN(kept) ? mean : kept + (DayWeight * (mean - kept));
        }

        (_sum, _count) = (0, 0);
    }

    private static int IndexOf(long slot) => (int)(((slot % Slots) + Slots) % Slots);
}
