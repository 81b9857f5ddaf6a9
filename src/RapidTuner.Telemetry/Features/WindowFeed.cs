namespace RapidTuner.Telemetry.Features;

/// <summary>Records of one type, in order of <paramref name="timeOf"/>.</summary>
internal sealed class WindowFeed<T>(IEnumerable<T> records, Func<T, long> timeOf, Action<T> take) : IWindowFeed
{
    private readonly IEnumerator<T> _records = records.GetEnumerator();

    public long? Next() => _records.MoveNext() ? timeOf(_records.Current) : null;

    public void Take() => take(_records.Current);

    public void Dispose() => _records.Dispose();
}
