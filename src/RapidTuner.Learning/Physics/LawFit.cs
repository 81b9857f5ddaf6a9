namespace RapidTuner.Learning.Physics;

/// <summary>
/// A fitted law: constants for all rows, and for each group of rows constants that are drawn to those of the group above. A
/// group that was never seen gets what is known of the nearest group above it.
/// </summary>
/// <param name="Groups">Constants by group key; the empty key is all rows.</param>
internal sealed record LawFit(IReadOnlyDictionary<string, double[]> Groups)
{
    /// <summary>Rows that a group's fit looks at, every n-th of more.</summary>
    private const int RowsMax = 1500;

    /// <summary>How far a group's constants may be from those above: standard deviation of a logarithm.</summary>
    private const double GroupSpread = 0.4;

    /// <summary>Fewest rows of a group with constants of its own.</summary>
    private const int GroupRowsMin = 8;

    /// <summary>Fits to the logarithms of <paramref name="rows"/>.</summary>
    /// <param name="work">What every row did.</param>
    /// <param name="logs">Logarithm of every row's target.</param>
    /// <param name="rows">Rows to fit to.</param>
    public static LawFit Fit(WorkTable work, double[] logs, int[] rows)
    {
        var groups = new Dictionary<string, double[]>(StringComparer.Ordinal);
        var start = Scaled(work, logs, rows);
        groups[""] = FitOne(work, logs, rows, start, LawConstants.StartSpread);
        double[] spread = [.. LawConstants.StartSpread.Select(s => s * GroupSpread)];
        for (var level = 0; level < work.Levels; level++)
        {
            foreach (var group in rows.GroupBy(row => work.KeyOf(row, level), StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                int[] members = [.. group];
                if (members.Length >= GroupRowsMin)
                {
                    groups[group.Key] = FitOne(work, logs, members, Above(groups, work, members[0], level), spread);
                }
            }
        }

        return new LawFit(groups);
    }

    /// <summary>The law's logarithm for every row of a table.</summary>
    public double[] LogsOf(WorkTable work)
    {
        var laws = Groups.ToDictionary(g => g.Key, g => new RooflineLaw(g.Value), StringComparer.Ordinal);
        var logs = new double[work.Rows.Length];
        for (var row = 0; row < logs.Length; row++)
        {
            var level = work.Levels - 1;
            while (level >= 0 && !laws.ContainsKey(work.KeyOf(row, level)))
            {
                level--;
            }

            logs[row] = laws[level < 0 ? "" : work.KeyOf(row, level)].LogOf(in work.Rows[row]);
        }

        return logs;
    }

    private static double[] Above(Dictionary<string, double[]> groups, WorkTable work, int row, int level)
    {
        for (var above = level - 1; above >= 0; above--)
        {
            if (groups.TryGetValue(work.KeyOf(row, above), out var constants))
            {
                return constants;
            }
        }

        return groups[""];
    }

    private static double[] FitOne(WorkTable work, double[] logs, int[] rows, IReadOnlyList<double> prior, IReadOnlyList<double> spread)
    {
        var step = (rows.Length + RowsMax - 1) / RowsMax;
        int[] used = [.. rows.Where((_, i) => i % step == 0)];
        return LeastSquares.Fit(
            [.. used.Select(row => work.Rows[row])],
            [.. used.Select(row => logs[row])],
            [.. used.Select(_ => 1.0)],
            prior,
            spread);
    }

    /// <summary>The start, with times brought to the unit of the target.</summary>
    private static double[] Scaled(WorkTable work, double[] logs, int[] rows)
    {
        double[] start = [.. LawConstants.Start];
        var law = new RooflineLaw(start);
        var shifts = rows.Select(row => work.Rows[row].IsRate
            ? law.LogOf(in work.Rows[row]) - logs[row]
            : logs[row] - law.LogOf(in work.Rows[row])).Order().ToArray();
        var shift = shifts[shifts.Length / 2];
        for (var i = 0; i < start.Length; i++)
        {
            start[i] += LawConstants.IsTime(i) ? shift : LawConstants.IsRate(i) ? -shift : 0;
        }

        return start;
    }
}
