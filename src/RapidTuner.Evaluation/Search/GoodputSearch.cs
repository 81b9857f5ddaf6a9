namespace RapidTuner.Evaluation.Search;

/// <summary>
/// Finds the highest point of <see cref="RateGrid"/> that reaches the wanted attainment and below which every probed point
/// does: double from 1/s to a bracket, bisect, check the two points above and below (COMPARISON §1).
/// </summary>
internal static class GoodputSearch
{
    /// <summary>Searches.</summary>
    /// <param name="reaches">True when the run at a point reaches the wanted attainment. Asked at most once per point.</param>
    /// <param name="startK">Where doubling starts: 0 (1/s) by definition; a choice among candidates may start nearer.</param>
    /// <param name="strideK">First step from there: by definition a doubling of the rate; smaller where the answer is known to be near. Steps double up to that.</param>
    public static GoodputPoint Find(Func<int, bool> reaches, int startK = 0, int strideK = RateGrid.DoublingK)
    {
        var probes = new SortedDictionary<int, bool>();
        bool Reaches(int k) => probes.TryGetValue(k, out var known) ? known : probes[k] = reaches(k);

        if (!Bracket(Reaches, startK, strideK, out var low, out var high))
        {
            return new GoodputPoint(null, true, probes.Count);
        }

        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (Reaches(middle))
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        // A point above that reaches again changes nothing, for a failing one lies below it; it is probed to know the answer's worth.
        var monotone = !(low + 2 <= RateGrid.HighestK && Reaches(low + 2));
        var found = Settle(Reaches, probes, low);
        return new GoodputPoint(found, monotone && found == low, probes.Count);
    }

    private static bool Bracket(Func<int, bool> reaches, int startK, int strideK, out int low, out int high)
    {
        low = high = startK;
        if (reaches(startK))
        {
            do
            {
                low = high;
                high = Math.Min(low + strideK, RateGrid.HighestK + 1);
                strideK = Math.Min(2 * strideK, RateGrid.DoublingK);
            }
            while (high <= RateGrid.HighestK && reaches(high));
            return true;
        }

        do
        {
            if (low == RateGrid.LowestK)
            {
                return false;
            }

            high = low;
            low = Math.Max(low - strideK, RateGrid.LowestK);
            strideK = Math.Min(2 * strideK, RateGrid.DoublingK);
        }
        while (!reaches(low));
        return true;
    }

    /// <summary>Walks down from <paramref name="k"/> to a point that reaches, with the two below it, and has no failing one under it.</summary>
    private static int? Settle(Func<int, bool> reaches, SortedDictionary<int, bool> probes, int k)
    {
        bool ReachesOrOutside(int point) => point < RateGrid.LowestK || reaches(point);
        while (k >= RateGrid.LowestK)
        {
            if (ReachesOrOutside(k) && ReachesOrOutside(k - 1) && ReachesOrOutside(k - 2) && probes.All(p => p.Value || p.Key > k))
            {
                return k;
            }

            k = probes.First(p => !p.Value).Key - 1;
        }

        return null;
    }
}
