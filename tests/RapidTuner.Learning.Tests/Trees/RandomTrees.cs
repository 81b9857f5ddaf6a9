using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Trees;

namespace RapidTuner.Learning.Tests.Trees;

/// <summary>Random ensembles and rows: numeric and categorical decisions, missing, infinite and unknown values.</summary>
internal sealed class RandomTrees(ulong seed)
{
    private readonly Rng _rng = new(seed, "random-trees");

    public TreeEnsemble Ensemble(int trees, int leaves, int[] categories)
    {
        var builder = new TreeEnsembleBuilder(categories);
        for (var t = 0; t < trees; t++)
        {
            var nodes = new List<TreeNode>();
            var sets = new List<CategorySet>();
            var values = new List<double> { _rng.NextGaussian() };
            var open = new List<(int Parent, bool Left)> { (-1, false) };
            while (values.Count < leaves)
            {
                // Splits a random leaf; leaf k hangs where open[k] says.
                var k = _rng.NextInt(open.Count);
                var node = Node(categories, sets);
                node.Left = ~k;
                node.Right = ~values.Count;
                Hang(nodes, open[k], nodes.Count);
                open[k] = (nodes.Count, true);
                open.Add((nodes.Count, false));
                nodes.Add(node);
                values.Add(_rng.NextGaussian());
            }

            builder.Add([.. nodes], [.. values], [.. sets]);
        }

        return builder.Build(_rng.NextGaussian(), OutputLink.Identity);
    }

    public double[] Row(int[] categories) => [.. categories.Select(c => c > 0 ? Category(c) : Number())];

    private static void Hang(List<TreeNode> nodes, (int Parent, bool Left) at, int child)
    {
        if (at.Parent < 0)
        {
            return;
        }

        var parent = nodes[at.Parent];
        if (at.Left)
        {
            parent.Left = child;
        }
        else
        {
            parent.Right = child;
        }

        nodes[at.Parent] = parent;
    }

    private TreeNode Node(int[] categories, List<CategorySet> sets)
    {
        var feature = _rng.NextInt(categories.Length);
        var node = new TreeNode { Feature = feature, MissingLeft = _rng.NextInt(2) == 0, CategorySet = TreeNode.Numeric, Threshold = Number(finite: true) };
        if (categories[feature] > 0)
        {
            var set = default(CategorySet);
            for (var code = 0; code < categories[feature]; code++)
            {
                if (_rng.NextInt(2) == 0)
                {
                    set.Add(code);
                }
            }

            node.CategorySet = sets.Count;
            node.Threshold = 0;
            sets.Add(set);
        }

        return node;
    }

    private double Category(int count) => _rng.NextInt(8) switch
    {
        0 => double.NaN,
        1 => count + _rng.NextInt(5),
        2 => _rng.NextInt(count) + 0.5,
        3 => -1,
        _ => _rng.NextInt(count),
    };

    // Few distinct values, so that rows hit thresholds exactly.
    private double Number(bool finite = false) => _rng.NextInt(finite ? 20 : 25) switch
    {
        20 => double.NaN,
        21 => double.PositiveInfinity,
        22 => double.NegativeInfinity,
        23 => -0.0,
        24 => _rng.NextGaussian(),
        var n => (n - 10) / 4.0,
    };
}
