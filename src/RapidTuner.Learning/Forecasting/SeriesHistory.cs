namespace RapidTuner.Learning.Forecasting;

/// <summary>The latest windows of one series, with sums so that the mean of any stretch is two look-ups.</summary>
internal sealed class SeriesHistory
{
    /// <summary>Windows kept: the longest horizon and the longest mean that a method asks for, as a power of two.</summary>
    public const int Kept = 512;

    private readonly double[] _sums = new double[Kept];
    private readonly double[] _squares = new double[Kept];
    private readonly long[] _present = new long[Kept];

    /// <summary>Windows seen, gaps included.</summary>
    public long Windows { get; private set; }

    /// <summary>The last value that was no gap; NaN before the first.</summary>
    public double Last { get; private set; } = double.NaN;

    /// <summary>Windows since the last value above 0.</summary>
    public int IdleWindows { get; private set; }

    /// <summary>Adds a window; NaN is a gap.</summary>
    public void Add(double value)
    {
        var (from, to) = (Slot(Windows), Slot(Windows + 1));
        var isThere = !double.IsNaN(value);
        _sums[to] = _sums[from] + (isThere ? value : 0);
        _squares[to] = _squares[from] + (isThere ? value * value : 0);
        _present[to] = _present[from] + (isThere ? 1 : 0);
        Windows++;
        if (isThere)
        {
            Last = value;
            IdleWindows = value > 0 ? 0 : IdleWindows + 1;
        }
    }

    /// <summary>Mean of the values among the last <paramref name="windows"/> windows (of those there are), NaN when all are gaps.</summary>
    public double MeanOfLast(int windows)
    {
        var (from, to) = Ends(windows);
        return (_sums[to] - _sums[from]) / (_present[to] - _present[from]);
    }

    /// <summary>Standard deviation of the same values; NaN when all are gaps.</summary>
    public double DeviationOfLast(int windows)
    {
        var (from, to) = Ends(windows);
        var count = _present[to] - _present[from];
        var mean = (_sums[to] - _sums[from]) / count;
        return Math.Sqrt(Math.Max(0, ((_squares[to] - _squares[from]) / count) - (mean * mean)));
    }

    /// <summary>True when none of the last <paramref name="windows"/> windows is a gap and there are as many.</summary>
    public bool IsWhole(int windows)
    {
        var (from, to) = Ends(windows);
        return Windows >= windows && _present[to] - _present[from] == windows;
    }

    /// <summary>Forgets all windows.</summary>
    public void Clear()
    {
        Array.Clear(_sums);
        Array.Clear(_squares);
        Array.Clear(_present);
        (Windows, Last, IdleWindows) = (0, double.NaN, 0);
    }

    private static int Slot(long window) => (int)(window & (Kept - 1));

    private (int From, int To) Ends(int windows) => (Slot(Windows - Math.Min(windows, Windows)), Slot(Windows));
}
