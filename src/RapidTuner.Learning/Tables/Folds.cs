using RapidTuner.Core.Numerics;

namespace RapidTuner.Learning.Tables;

/// <summary>Rows parted so that each is predicted once by a model that has not seen it.</summary>
/// <param name="FoldOfRow">The fold of each row; -1: never held out.</param>
/// <param name="Count">Number of folds; 0 for a table of one row.</param>
/// <param name="Grouped">True when no group stands on both sides of a fold.</param>
internal sealed record Folds(int[] FoldOfRow, int Count, bool Grouped)
{
    /// <summary>Rows beyond which one part is held out instead of each in turn.</summary>
    public const int RowsForOneFold = 200_000;

    /// <summary>Rows held out at most when there is one fold: enough for a quantile to within 0.2 %.</summary>
    private const int HeldOutMax = 50_000;

    /// <summary>Rows to which ten folds are used, beyond it five: a small table needs nearly all its rows to fit.</summary>
    private const int RowsForTenFolds = 3_000;

    /// <summary>Groups that are held out one by one; more are held out several at a time.</summary>
    private const int GroupsOneByOne = 10;

    /// <summary>Folds for a table.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="group">Group of each row, or null.</param>
    /// <param name="seed">Seed of the draw.</param>
    public static Folds Of(int rows, int[]? group, ulong seed)
    {
        var rng = new Rng(seed, "folds");
        if (group is not null && group.Distinct().Count() > 1)
        {
            return ByGroup(group, rng);
        }

        var of = new int[rows];
        if (rows < 2)
        {
            Array.Fill(of, -1);
            return new Folds(of, 0, Grouped: false);
        }

        if (rows > RowsForOneFold)
        {
            var share = Math.Min(0.1, HeldOutMax / (double)rows);
            for (var row = 0; row < rows; row++)
            {
                of[row] = rng.NextDouble() < share ? 0 : -1;
            }

            return new Folds(of, 1, Grouped: false);
        }

        var count = Math.Min(rows, rows <= RowsForTenFolds ? 10 : 5);
        var order = Enumerable.Range(0, rows).ToArray();
        rng.Shuffle(order.AsSpan());
        for (var i = 0; i < rows; i++)
        {
            of[order[i]] = i % count;
        }

        return new Folds(of, count, Grouped: false);
    }

    /// <summary>True when one part is held out and the model of the others is the final one.</summary>
    public bool IsSplit => Count == 1;

    /// <summary>Rows held out in a fold, rising.</summary>
    public int[] HeldOut(int fold) => [.. Enumerable.Range(0, FoldOfRow.Length).Where(row => FoldOfRow[row] == fold)];

    /// <summary>Rows trained on in a fold, rising.</summary>
    public int[] Trained(int fold) => [.. Enumerable.Range(0, FoldOfRow.Length).Where(row => FoldOfRow[row] != fold)];

    private static Folds ByGroup(int[] group, Rng rng)
    {
        var groups = group.Distinct().Order().ToArray();
        rng.Shuffle(groups.AsSpan());
        var count = Math.Min(groups.Length, GroupsOneByOne);
        var foldOfGroup = groups.Select((g, i) => (g, i % count)).ToDictionary(p => p.g, p => p.Item2);
        return new Folds([.. group.Select(g => foldOfGroup[g])], count, Grouped: true);
    }
}
