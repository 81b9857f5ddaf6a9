namespace RapidTuner.Learning.Forecasting;

/// <summary>
/// The load to come: requests, prompt tokens and output tokens per second over the next 0.5 s to 5 min, each with a 90 %
/// interval. Fed with one window a second; the same windows give the same forecasts to the bit. Not for use by several threads
/// at once; an update allocates nothing.
/// </summary>
/// <remarks>
/// A window that is late or repeated is passed over. Missing windows are gaps: they pass time and teach nothing; after more than
/// <see cref="GapMaxS"/> of them the recent past is forgotten, scores and choices are kept. A window more than
/// <see cref="LateMaxS"/> before the last one means that the clock was set back: it is taken as the next one after such a pause.
/// A value that is NaN, infinite, negative or above <see cref="ValueMax"/> is a gap of that series alone.
/// </remarks>
public sealed class LoadForecast
{
    /// <summary>Longest pause over which the recent past still counts, seconds: the longest horizon.</summary>
    public const int GapMaxS = 300;

    /// <summary>How late a window may be and still be only late, seconds.</summary>
    public const int LateMaxS = 10;

    /// <summary>Rates above are no rates, per second.</summary>
    public const double ValueMax = 1e12;

    private readonly SeriesForecast[] _series;
    private long? _lastS;

    /// <summary>A forecast that has seen nothing.</summary>
    /// <param name="trees">Trees trained on the series' past, as <see cref="ForecastTrees.Fit"/> makes them; series without are forecast by the other methods.</param>
    public LoadForecast(IReadOnlyDictionary<LoadSeries, ForecastTrees>? trees = null) =>
        _series = [.. Enum.GetValues<LoadSeries>().Select(s => new SeriesForecast(trees?.GetValueOrDefault(s)))];

    /// <summary>Windows taken.</summary>
    public long Windows { get; private set; }

    /// <summary>Windows passed over because they were late or repeated.</summary>
    public long Late { get; private set; }

    /// <summary>Seconds between windows that no window came for.</summary>
    public long GapS { get; private set; }

    /// <summary>Times that the clock was set back.</summary>
    public long ClockSteps { get; private set; }

    /// <summary>Values that were no rates.</summary>
    public long BadValues { get; private set; }

    /// <summary>One series, for its methods, choices and scores.</summary>
    public SeriesForecast this[LoadSeries series] => _series[(int)series];

    /// <summary>Takes the window that just closed.</summary>
    public void Update(in LoadWindow window)
    {
        if (!Follow(window.StartS))
        {
            return;
        }

        Windows++;
        for (var s = 0; s < _series.Length; s++)
        {
            var value = window.Of((LoadSeries)s);
            if (!(value >= 0 && value <= ValueMax))
            {
                BadValues++;
                value = double.NaN;
            }

            _series[s].Update(window.StartS, value);
        }
    }

    /// <summary>Takes newly trained trees into use; series without are forecast by the other methods.</summary>
    public void Use(IReadOnlyDictionary<LoadSeries, ForecastTrees> trees)
    {
        for (var s = 0; s < _series.Length; s++)
        {
            _series[s].Use(trees.GetValueOrDefault((LoadSeries)s));
        }
    }

    /// <summary>Takes newly trained trees of one series into use, or none; the other series are left as they are.</summary>
    public void Use(LoadSeries series, ForecastTrees? trees) => _series[(int)series].Use(trees);

    /// <summary>The forecast of a series over the next <paramref name="horizonS"/> seconds.</summary>
    /// <param name="series">Which.</param>
    /// <param name="horizonS">Seconds, 0 or more; below 0.5 as 0.5, above 300 as 300.</param>
    public Forecast At(LoadSeries series, double horizonS) => _series[(int)series].At(horizonS);

    /// <summary>Brings the series to the second before <paramref name="startS"/>; false when the window is to be passed over.</summary>
    private bool Follow(long startS)
    {
        var missing = _lastS is { } lastS ? startS - lastS - 1 : 0;
        if (missing < 0 && missing >= -LateMaxS)
        {
            Late++;
            return false;
        }

        _lastS = startS;
        if (missing < 0)
        {
            ClockSteps++;
        }

        if (missing < 0 || missing > GapMaxS)
        {
            GapS += Math.Max(0, missing);
            foreach (var series in _series)
            {
                series.Restart();
            }

            return true;
        }

        GapS += missing;
        for (var s = startS - missing; s < startS; s++)
        {
            foreach (var series in _series)
            {
                series.Update(s, double.NaN);
            }
        }

        return true;
    }
}
