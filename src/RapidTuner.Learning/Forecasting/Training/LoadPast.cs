namespace RapidTuner.Learning.Forecasting.Training;

/// <summary>The seconds of a load that were kept, to learn from.</summary>
/// <remarks>A pause is kept as gaps, at most one longer than the longest horizon, so that nothing is learned across it. Bounded: the latest <see cref="WindowsMax"/> seconds.</remarks>
public sealed class LoadPast
{
    /// <summary>Seconds kept: two weeks.</summary>
    public const int WindowsMax = 1_209_600;

    private readonly List<long> _startS = [];
    private readonly List<double>[] _values = [.. Enum.GetValues<LoadSeries>().Select(_ => new List<double>())];

    /// <summary>Seconds, gaps included.</summary>
    public int Windows => _startS.Count;

    /// <summary>First second; 0 when there is none.</summary>
    public long FromS => Windows == 0 ? 0 : _startS[0];

    /// <summary>The second after the last one.</summary>
    public long ToS => Windows == 0 ? 0 : _startS[^1] + 1;

    /// <summary>Adds a second; one that is not later than the last is passed over. A value that is no rate is a gap.</summary>
    public void Add(in LoadWindow window)
    {
        if (Windows > 0 && window.StartS < ToS)
        {
            return;
        }

        var missing = Windows == 0 ? 0 : Math.Min(window.StartS - ToS, LoadForecast.GapMaxS + 1);
        for (var gap = missing; gap > 0; gap--)
        {
            Put(window.StartS - gap, new LoadWindow(0, double.NaN, double.NaN, double.NaN));
        }

        Put(window.StartS, window);
        if (Windows > 2 * WindowsMax)
        {
            Trim();
        }
    }

    /// <summary>A series, the latest <see cref="WindowsMax"/> seconds; NaN is a gap.</summary>
    public double[] Of(LoadSeries series)
    {
        Trim();
        return [.. _values[(int)series]];
    }

    /// <summary>Seconds before <paramref name="secondS"/>.</summary>
    public int Before(long secondS)
    {
        var at = _startS.BinarySearch(secondS);
        return at < 0 ? ~at : at;
    }

    private void Put(long startS, in LoadWindow window)
    {
        _startS.Add(startS);
        foreach (var series in Enum.GetValues<LoadSeries>())
        {
            var value = window.Of(series);
            _values[(int)series].Add(value is >= 0 and <= LoadForecast.ValueMax ? value : double.NaN);
        }
    }

    private void Trim()
    {
        var surplus = Windows - WindowsMax;
        if (surplus > 0)
        {
            _startS.RemoveRange(0, surplus);
            foreach (var values in _values)
            {
                values.RemoveRange(0, surplus);
            }
        }
    }
}
