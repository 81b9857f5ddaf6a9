using RapidTuner.Core;

namespace RapidTuner.Control.Policies;

/// <summary>
/// SGLang's division table (<c>divide_sm</c> and <c>adjust_stream_groups</c> in <c>python/sglang/srt/multiplex/</c>,
/// <c>pdmux_context.py</c> at 00d56e2 and <c>multiplexing_mixin.py</c> at 038fc19): prefill has at least half of the device, decode
/// at least 16 units; rows run from the largest prefill part to the smallest, and the decode batch picks the row.
/// </summary>
public sealed class PdmuxTable
{
    /// <summary>Least units of decode, SGLang's constant.</summary>
    public const int DecodeUnitsMin = 16;

    private readonly int _batchDivisor;

    /// <summary>Divides a device.</summary>
    /// <param name="grid">What the device can mask; its step and minimum take the place of SGLang's table by compute capability.</param>
    /// <param name="groups">Stream groups, the two undivided ones included, 3 to 9; default 8.</param>
    /// <param name="batchDivisor">Decode batch that reaches the last row, 1 or more; default 36.</param>
    public PdmuxTable(UnitGrid grid, int groups = 8, int batchDivisor = 36)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchDivisor, 1);
        _batchDivisor = batchDivisor;
        Rows = Divide(grid, groups - 2);
    }

    /// <summary>
    /// Splits from the largest prefill part to the smallest; a single undivided row where the device cannot be divided so.
    /// </summary>
    public Split[] Rows { get; }

    /// <summary>The row of a decode batch: 0-based, ⌊batch · rows / divisor⌋ − 1 within the table.</summary>
    /// <param name="batch">Sequences in decode.</param>
    public int RowOf(int batch)
    {
        var group = Math.Clamp(batch * (long)Rows.Length / _batchDivisor, 1, Rows.Length);
        return (int)group - 1;
    }

    private static Split[] Divide(UnitGrid grid, int count)
    {
        var possible = new List<int>();
        for (var prefill = grid.Least; prefill <= grid.Units - grid.Least; prefill += grid.Step)
        {
            var rest = grid.Units - prefill;
            if (prefill >= rest && rest >= DecodeUnitsMin)
            {
                possible.Add(prefill);
            }
        }

        if (possible.Count == 0)
        {
            return [grid.Disjoint(0.5)];
        }

        var step = possible.Count >= count ? possible.Count / count : 1;
        return [.. possible
            .Where((_, i) => i % step == 0)
            .Take(count)
            .Reverse()
            .Select(prefill => new Split(prefill, grid.AtMost(grid.Units - prefill)))];
    }
}
