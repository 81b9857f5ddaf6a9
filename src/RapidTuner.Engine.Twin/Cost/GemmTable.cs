namespace RapidTuner.Engine.Twin.Cost;

/// <summary>
/// Costs of matrix products by tokens and units, filled when first asked. Tokens are rounded up: exact to 64, then to
/// 16, from 4096 to 64, which divides every tile's rows. Within a column cost never falls with tokens.
/// Readers on several threads may fill the same column twice; both write the same numbers.
/// </summary>
internal sealed class GemmTable(int units, Func<int, int, GemmCell> costOf, GemmFill fill)
{
    private const int ExactRows = 64;
    private const int FineStep = 16;
    private const int FineTokensMax = 4096;
    private const int FineRows = ExactRows + ((FineTokensMax - ExactRows) / FineStep);
    private const int CoarseStep = 64;
    private const int FirstRows = 128;

    private readonly GemmCell[]?[] _columns = new GemmCell[units + 1][];

    /// <summary>Row of that many tokens, ≥ 0; row 0 costs nothing.</summary>
    public static int RowOf(int tokens) => tokens switch
    {
        <= ExactRows => tokens,
        <= FineTokensMax => ExactRows + ((tokens - ExactRows + FineStep - 1) / FineStep),
        _ => FineRows + ((tokens - FineTokensMax + CoarseStep - 1) / CoarseStep),
    };

    /// <summary>The cost in <paramref name="row"/> on <paramref name="onUnits"/> units.</summary>
    public ref readonly GemmCell At(int row, int onUnits)
    {
        var column = _columns[onUnits];
        if (column is null || column.Length <= row || (column[row].TotalS == 0 && row > 0))
        {
            column = fill == GemmFill.Columns ? Extend(row, onUnits) : FillOne(row, onUnits);
        }

        return ref column[row];
    }

    private static int TokensOf(int row) => row switch
    {
        <= ExactRows => row,
        <= FineRows => ExactRows + ((row - ExactRows) * FineStep),
        _ => FineTokensMax + ((row - FineRows) * CoarseStep),
    };

    private GemmCell[] FillOne(int row, int onUnits)
    {
        var column = _columns[onUnits] ?? [];
        Array.Resize(ref column, Math.Max(column.Length, row + 1));
        column[row] = costOf(TokensOf(row), onUnits);
        return _columns[onUnits] = column;
    }

    private GemmCell[] Extend(int row, int onUnits)
    {
        var old = _columns[onUnits] ?? new GemmCell[1];
        var size = Math.Max(FirstRows, old.Length);
        while (size <= row)
        {
            size *= 2;
        }

        var column = new GemmCell[size];
        old.CopyTo(column, 0);
        for (var r = old.Length; r < size; r++)
        {
            var cell = costOf(TokensOf(r), onUnits);
            column[r] = cell.TotalS < column[r - 1].TotalS ? cell with { TotalS = column[r - 1].TotalS } : cell;
        }

        Volatile.Write(ref _columns[onUnits], column);
        return column;
    }
}
