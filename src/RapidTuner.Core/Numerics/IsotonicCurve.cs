namespace RapidTuner.Core.Numerics;

/// <summary>The falling curve nearest to measured times in the sense of least squares of logarithms (pool adjacent violators).</summary>
public static class IsotonicCurve
{
    /// <summary>The curve's values, seconds.</summary>
    /// <param name="measuredS">Times in the order of rising shares, seconds.</param>
    public static double[] Falling(IReadOnlyList<double> measuredS)
    {
        ArgumentNullException.ThrowIfNull(measuredS);
        var blocks = new List<(double Sum, int Count)>();
        foreach (var s in measuredS)
        {
            blocks.Add((Math.Log(s), 1));
            while (blocks.Count > 1 && Mean(blocks[^2]) < Mean(blocks[^1]))
            {
                var merged = (blocks[^2].Sum + blocks[^1].Sum, blocks[^2].Count + blocks[^1].Count);
                blocks.RemoveRange(blocks.Count - 2, 2);
                blocks.Add(merged);
            }
        }

        return [.. blocks.SelectMany(b => Enumerable.Repeat(Math.Exp(Mean(b)), b.Count))];

        static double Mean((double Sum, int Count) block) => block.Sum / block.Count;
    }
}
