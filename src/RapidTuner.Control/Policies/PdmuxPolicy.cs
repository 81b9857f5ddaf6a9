using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Policies;

/// <summary>
/// <c>pdmux</c>: SGLang's prefill-decode multiplexing. While both phases have work the decode batch size picks a row of the
/// division table (<see cref="PdmuxTable"/>); a phase alone has the whole device (<c>adjust_stream_groups</c>). As there, the row is
/// chosen when a prefill batch starts and kept for the decode steps beside it.
/// </summary>
internal sealed class PdmuxPolicy : IPolicy
{
    private readonly PdmuxTable _table;
    private readonly Decision _undivided;

    public PdmuxPolicy(UnitGrid grid, PolicySettings settings)
    {
        _table = new PdmuxTable(grid, settings.PdmuxGroups, settings.PdmuxBatchDivisor);
        Palette = new Palette(grid.Units, _table.Rows.Select(r => r.PrefillUnits), _table.Rows.Select(r => r.DecodeUnits));
        _undivided = new Decision(new Split(grid.Units, grid.Units), Reason.DecodeIdle, settings.ChunkTokens, settings.Order);
    }

    public string Name => "pdmux";

    public Palette Palette { get; }

    public Decision Decide(in Observation seen)
    {
        var load = Load.Of(in seen, 1);
        if (load.DecodeSequences == 0)
        {
            return _undivided;
        }

        if (!load.PrefillPending)
        {
            return _undivided with { Reason = Reason.PrefillIdle };
        }

        return _undivided with { Split = RowOf(in seen, load.DecodeSequences), Reason = Reason.Table };
    }

    private Split RowOf(in Observation seen, int batch)
    {
        var rows = _table.Rows;
        if (seen.Launching == Phase.Decode && seen.PrefillRunning)
        {
            foreach (var row in rows)
            {
                if (row.PrefillUnits == seen.PrefillUnits)
                {
                    return row;
                }
            }
        }

        return rows[_table.RowOf(batch)];
    }
}
