namespace RapidTuner.Evaluation.Statistics;

/// <summary>
/// Values with multiplicities, for exact percentiles over what came in groups: a decode step gives one gap to its whole
/// batch, so the gaps of a run are far fewer pairs than tokens.
/// </summary>
internal sealed class WeightedValues
{
    private double[] _values = new double[1024];
    private int[] _counts = new int[1024];
    private int _used;

    /// <summary>Values, multiplicities counted.</summary>
    public long Total { get; private set; }

    /// <summary>Adds <paramref name="value"/> <paramref name="count"/> times.</summary>
    public void Add(double value, int count)
    {
        if (_used == _values.Length)
        {
            Array.Resize(ref _values, _used * 2);
            Array.Resize(ref _counts, _used * 2);
        }

        _values[_used] = value;
        _counts[_used++] = count;
        Total += count;
    }

    /// <summary>Adds everything in <paramref name="other"/>.</summary>
    public void Add(WeightedValues other)
    {
        for (var i = 0; i < other._used; i++)
        {
            Add(other._values[i], other._counts[i]);
        }
    }

    /// <summary>p50, p90 and p99 by nearest rank; sorts the pairs in place.</summary>
    public Percentiles Percentiles()
    {
        if (Total == 0)
        {
            return default;
        }

        Array.Sort(_values, _counts, 0, _used);
        var found = new double[3];
        ReadOnlySpan<int> percents = [50, 90, 99];
        var seen = 0L;
        var next = 0;
        for (var i = 0; i < _used && next < percents.Length; i++)
        {
            seen += _counts[i];
            while (next < percents.Length && seen >= NearestRank.RankOf(percents[next], Total))
            {
                found[next++] = _values[i];
            }
        }

        return new Percentiles(found[0], found[1], found[2]);
    }
}
