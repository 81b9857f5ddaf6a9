using RapidTuner.Core.Numerics;
using RapidTuner.Evaluation.Surrogates;

namespace RapidTuner.Evaluation.Tests.Surrogates;

public sealed class RuleTreeTests
{
    private static readonly int Features = SituationFeatures.Count;

    [Fact]
    public void Grow_TwoSteps_FindsBothCuts()
    {
        var rng = new Rng(1, "rows");
        var rows = Enumerable.Range(0, 600).Select(_ => Enumerable.Range(0, Features).Select(_ => rng.NextDouble()).ToArray()).ToArray();
        static double Truth(double[] row) => row[1] > 0.4 ? (row[7] > 0.7 ? 3 : 2) : 1;
        var tree = RuleTree.Grow(rows, [.. rows.Select(Truth)], 8);

        Assert.Equal(3, tree.Rules().Count);
        Assert.All(rows, row => Assert.Equal(Truth(row), tree.Predict(row), 1e-9));
        Assert.Equal(600, tree.Rules().Sum(r => r.Count));
        Assert.Contains(tree.Rules(), r => r.Value > 2.9 && r.Conditions.Any(c => c.StartsWith("prompt tokens waiting > 0.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Grow_ConstantOrFewRows_SaysOneThing()
    {
        var rows = Enumerable.Range(0, 5).Select(_ => new double[Features]).ToArray();
        var rule = Assert.Single(RuleTree.Grow(rows, [1, 2, 3, 4, 5], 8).Rules());
        Assert.Empty(rule.Conditions);
        Assert.Equal(3, rule.Value);
    }
}
