namespace RapidTuner.Serving.Live;

/// <summary>The latest quarter of an hour, a point a second, in a ring. One thread adds; any thread reads.</summary>
internal sealed class LiveHistory
{
    /// <summary>Points kept: 15 minutes.</summary>
    public const int PointsMax = 900;

    private readonly LivePoint[] _ring = new LivePoint[PointsMax];
    private readonly Lock _using = new();
    private long _count;

    public void Add(in LivePoint point)
    {
        lock (_using)
        {
            _ring[_count++ % PointsMax] = point;
        }
    }

    /// <summary>The latest points, oldest first.</summary>
    public LivePoint[] Latest(int pointsMax)
    {
        lock (_using)
        {
            var n = (int)Math.Min(Math.Min(_count, PointsMax), pointsMax);
            var points = new LivePoint[n];
            for (var i = 0; i < n; i++)
            {
                points[i] = _ring[(_count - n + i) % PointsMax];
            }

            return points;
        }
    }
}
