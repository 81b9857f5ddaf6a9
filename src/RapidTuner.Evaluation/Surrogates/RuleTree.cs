namespace RapidTuner.Evaluation.Surrogates;

/// <summary>A small regression tree, grown by the largest fall of squared error (Breiman et al. 1984, CART), that reads as a list of rules.</summary>
public sealed class RuleTree
{
    private const int CutsMax = 32;
    private const int LeafMin = 20;

    private readonly RuleTree? _low;
    private readonly RuleTree? _high;
    private readonly int _feature;
    private readonly double _cut;

    private RuleTree(double value, int count) => (Value, Count) = (value, count);

    private RuleTree(double value, int count, int feature, double cut, RuleTree low, RuleTree high)
        : this(value, count) => (_feature, _cut, _low, _high) = (feature, cut, low, high);

    /// <summary>Mean of the targets here.</summary>
    public double Value { get; }

    /// <summary>Rows here.</summary>
    public int Count { get; }

    /// <summary>Grows a tree.</summary>
    /// <param name="rows">Features of each row.</param>
    /// <param name="targets">What is to be said of it.</param>
    /// <param name="leaves">Most leaves, 1 or more.</param>
    public static RuleTree Grow(IReadOnlyList<double[]> rows, IReadOnlyList<double> targets, int leaves)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count, nameof(rows));

        // Best first: the leaf whose best cut takes away most error is split next.
        var open = new Dictionary<int, (int[] Members, (int Feature, double Cut, double Gain)? Best)> { [0] = Leaf([.. Enumerable.Range(0, rows.Count)]) };
        var splits = new Dictionary<int, (int Feature, double Cut, int Low, int High, int[] Members)>();
        var next = 1;
        while (open.Count < leaves && open.Where(o => o.Value.Best is not null).OrderByDescending(o => o.Value.Best!.Value.Gain).ThenBy(o => o.Key).Select(o => (int?)o.Key).FirstOrDefault() is { } at)
        {
            var (members, best) = open[at];
            var (feature, cut, _) = best!.Value;
            open.Remove(at);
            open[next] = Leaf([.. members.Where(m => rows[m][feature] <= cut)]);
            open[next + 1] = Leaf([.. members.Where(m => rows[m][feature] > cut)]);
            splits[at] = (feature, cut, next, next + 1, members);
            next += 2;
        }

        return Build(0);

        (int[] Members, (int Feature, double Cut, double Gain)? Best) Leaf(int[] members) => (members, BestCut(rows, targets, members));

        RuleTree Build(int at)
        {
            var members = open.TryGetValue(at, out var leaf) ? leaf.Members : splits[at].Members;
            var mean = members.Average(m => targets[m]);
            return splits.TryGetValue(at, out var split)
                ? new RuleTree(mean, members.Length, split.Feature, split.Cut, Build(split.Low), Build(split.High))
                : new RuleTree(mean, members.Length);
        }
    }

    /// <summary>What the tree says of a row.</summary>
    public double Predict(double[] row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var at = this;
        while (at._low is not null)
        {
            at = row[at._feature] <= at._cut ? at._low : at._high!;
        }

        return at.Value;
    }

    /// <summary>The rules, one a leaf: its conditions, what is said there, and how many rows came there.</summary>
    public IReadOnlyList<(IReadOnlyList<string> Conditions, double Value, int Count)> Rules()
    {
        var rules = new List<(IReadOnlyList<string>, double, int)>();
        Collect(this, []);
        return rules;

        void Collect(RuleTree at, Dictionary<int, (double From, double To)> within)
        {
            if (at._low is null)
            {
                rules.Add(([.. within.OrderBy(w => w.Key).Select(w => Say(w.Key, w.Value.From, w.Value.To))], at.Value, at.Count));
                return;
            }

            var (from, to) = within.GetValueOrDefault(at._feature, (double.NegativeInfinity, double.PositiveInfinity));
            Collect(at._low, new Dictionary<int, (double, double)>(within) { [at._feature] = (from, at._cut) });
            Collect(at._high!, new Dictionary<int, (double, double)>(within) { [at._feature] = (at._cut, to) });
        }
    }

    private static string Say(int feature, double from, double to)
    {
        var name = SituationFeatures.Name(feature);
        var unit = SituationFeatures.Unit(feature) is { Length: > 0 } u ? " " + u : "";
        return (double.IsFinite(from), double.IsFinite(to)) switch
        {
            (true, true) => $"{from:G4} < {name} ≤ {to:G4}{unit}",
            (true, false) => $"{name} > {from:G4}{unit}",
            _ => $"{name} ≤ {to:G4}{unit}",
        };
    }

    private static (int Feature, double Cut, double Gain)? BestCut(IReadOnlyList<double[]> rows, IReadOnlyList<double> targets, int[] members)
    {
        if (members.Length < 2 * LeafMin)
        {
            return null;
        }

        var total = members.Sum(m => targets[m]);
        (int Feature, double Cut, double Gain)? best = null;
        for (var f = 0; f < SituationFeatures.Count; f++)
        {
            var feature = f;
            var sorted = members.Select(m => (X: rows[m][feature], Y: targets[m])).OrderBy(p => p.X).ToArray();
            var left = 0.0;
            var every = Math.Max(1, sorted.Length / CutsMax);
            for (var i = 0; i < sorted.Length - 1; i++)
            {
                left += sorted[i].Y;
                var (n, m) = (i + 1, sorted.Length - i - 1);
                if (n < LeafMin || m < LeafMin || sorted[i].X.Equals(sorted[i + 1].X) || (n % every != 0 && sorted[i].X.Equals(sorted[Math.Max(0, i - 1)].X)))
                {
                    continue;
                }

                var gain = (left * left / n) + ((total - left) * (total - left) / m) - (total * total / sorted.Length);
                if (gain > 1e-9 && (best is null || gain > best.Value.Gain))
                {
                    best = (feature, (sorted[i].X + sorted[i + 1].X) / 2, gain);
                }
            }
        }

        return best;
    }
}
