using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>The score of the law on a table, whole and broken down.</summary>
/// <param name="Total">All rows that could be predicted.</param>
/// <param name="Skipped">Rows that could not: an unknown device, model or stack.</param>
/// <param name="By">Scores by device, model, stack, part and, for share tables, share; each by its value.</param>
public sealed record TableCheck(Score Total, int Skipped, IReadOnlyDictionary<string, IReadOnlyDictionary<string, Score>> By)
{
    /// <summary>Scores the rows of a table as its devices and stacks stand.</summary>
    public static TableCheck Of(TableMatch match)
    {
        ArgumentNullException.ThrowIfNull(match);
        return Of(match.Rows, Predict(match.Rows), match.Skipped);
    }

    /// <summary>Scores given predictions.</summary>
    public static TableCheck Of(IReadOnlyList<KnownRow> rows, double[] predictedS, int skipped)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(predictedS);
        var pairs = rows.Select((r, at) => (Row: r, Pair: (predictedS[at], r.Row.MeasuredS))).ToArray();
        var by = new SortedDictionary<string, IReadOnlyDictionary<string, Score>>(StringComparer.Ordinal);
        Break("device", r => r.Device.Name);
        Break("model", r => r.Model?.Name ?? r.Row.Model);
        Break("stack", r => r.Stack.Name);
        Break("part", r => r.Row.Part);
        Break("share", r => r.Row is ShareRow share ? share.Share.ToString("0.00") : "");
        return new TableCheck(Score.Of(pairs.Select(p => p.Pair)), skipped, by);

        void Break(string name, Func<KnownRow, string> value)
        {
            var groups = pairs.GroupBy(p => value(p.Row)).Where(g => g.Key.Length > 0).ToArray();
            if (groups.Length > 0)
            {
                by[name] = new SortedDictionary<string, Score>(groups.ToDictionary(g => g.Key, g => Score.Of(g.Select(p => p.Pair))), StringComparer.Ordinal);
            }
        }
    }

    /// <summary>The law's times for these rows, seconds.</summary>
    public static double[] Predict(IReadOnlyList<KnownRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var laws = new Dictionary<(string Device, string Stack), Laws>();
        var predictedS = new double[rows.Count];
        for (var at = 0; at < rows.Count; at++)
        {
            var row = rows[at];
            if (!laws.TryGetValue((row.Device.Name, row.Stack.Name), out var law))
            {
                law = new Laws(FittedPair.Of(row.Device, row.Stack));
                laws[(row.Device.Name, row.Stack.Name)] = law;
            }

            predictedS[at] = row.Row.PredictS(law, row.Model);
        }

        return predictedS;
    }
}
