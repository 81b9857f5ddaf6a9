using RapidTuner.Control.Learned;
using RapidTuner.Core;
using RapidTuner.Core.Catalogue;

namespace RapidTuner.Evaluation.Oracle;

/// <summary>The actions that an oracle may take, and which lie one lever apart.</summary>
internal sealed class OracleLevers
{
    private static readonly int[] Chunks = [256, 384, 512, 1024, 2048, 4096, 8192];
    private static readonly double[] Steps = [0.6, 0.7, 0.8, 0.9];
    private static readonly double[] Admitted = [0, 2000, 4000, 8000, 16000, 32000];
    private static readonly double[] Floors = [0, 0.25, 0.5];
    private static readonly double[] Margins = [0.5, 0.6, 0.7, 0.8, 0.88, 0.95];

    private readonly OracleSplit[] _splits;
    private readonly bool _splitOnly;

    /// <summary>Lists them for a device.</summary>
    /// <param name="device">Its default palette is used.</param>
    /// <param name="order">Order to start from, and to keep where only the split is searched.</param>
    /// <param name="chunkTokens">Likewise the chunk.</param>
    /// <param name="splitOnly">True: order, chunk and demotion stay as they are.</param>
    public OracleLevers(DeviceSpec device, PrefillOrder order, int chunkTokens, bool splitOnly)
    {
        _splitOnly = splitOnly;
        _splits = [.. Splits(device), .. splitOnly ? [] : Fused()];
        Start = new OracleAction(new OracleSplit(null, 0.85, false), order, chunkTokens, !splitOnly);
    }

    /// <summary>Where a search begins.</summary>
    public OracleAction Start { get; }

    /// <summary>The values of each lever, as changes of an action; one list a lever, those that matter most first.</summary>
    public IReadOnlyList<IReadOnlyList<Func<OracleAction, OracleAction>>> Axes()
    {
        Func<OracleAction, OracleAction>[] splits = [.. _splits.Select(s => (Func<OracleAction, OracleAction>)(a => a with { Split = s }))];
        if (_splitOnly)
        {
            return [splits];
        }

        Func<OracleAction, OracleAction>[] chunks = [.. Chunks.Select(c => (Func<OracleAction, OracleAction>)(a => a with { ChunkTokens = c }))];
        Func<OracleAction, OracleAction>[] queues = [.. from order in new[] { PrefillOrder.Spf, PrefillOrder.Fcfs }
                                                       from demotes in new[] { true, false }
                                                       select (Func<OracleAction, OracleAction>)(a => a with { Order = order, Demotes = demotes })];
        Func<OracleAction, OracleAction>[] admitted = [.. Admitted.Select(t => (Func<OracleAction, OracleAction>)(a => a with { AdmitTokens = t }))];
        return [splits, chunks, queues, admitted];
    }

    /// <summary><paramref name="action"/> first, then every action that differs from it in one lever.</summary>
    public IEnumerable<OracleAction> Around(OracleAction action)
    {
        yield return action;
        foreach (var split in _splits.Where(s => s != action.Split))
        {
            yield return action with { Split = split };
        }

        if (_splitOnly)
        {
            yield break;
        }

        foreach (var chunkTokens in Chunks.Where(c => c != action.ChunkTokens))
        {
            yield return action with { ChunkTokens = chunkTokens };
        }

        yield return action with { Order = action.Order == PrefillOrder.Spf ? PrefillOrder.Fcfs : PrefillOrder.Spf };
        yield return action with { Demotes = !action.Demotes };
        foreach (var tokens in Admitted.Where(t => !t.Equals(action.AdmitTokens)))
        {
            yield return action with { AdmitTokens = tokens };
        }
    }

    // Both phases in one step, with the largest chunk that keeps deadlines, and smaller ones.
    private static IEnumerable<OracleSplit> Fused() =>
        Chunks.Where(c => c <= 2048).Select(c => new OracleSplit(null, 0, false, new RuleParameters { Margin = 0.95, Fuses = true, ChunkTokens = c }));

    private static IEnumerable<OracleSplit> Splits(DeviceSpec device)
    {
        var palette = device.DefaultPalette();
        foreach (var margin in Margins)
        {
            yield return new OracleSplit(null, margin, false);
            yield return new OracleSplit(null, margin, true);
        }

        // With exact latencies the rule needs less of a margin.
        foreach (var step in Steps)
        {
            foreach (var floor in Floors)
            {
                yield return new OracleSplit(null, 0, false, new RuleParameters { Margin = 0.95, JoinItls = 0.95, StepItls = step, DecodeFloorShare = floor });
            }
        }

        foreach (var decodeUnits in palette.DecodeUnits.SkipLast(1))
        {
            var prefillUnits = palette.AtMost(Phase.Prefill, device.Units - decodeUnits);
            if (prefillUnits > 0)
            {
                yield return new OracleSplit(new Split(prefillUnits, decodeUnits), 0, false);
            }
        }

        // No masks at all; and each phase half shared, a level between.
        yield return new OracleSplit(new Split(device.Units, device.Units), 0, false);
        var large = device.Units * 3 / 4;
        yield return new OracleSplit(new Split(palette.Nearest(Phase.Prefill, large), palette.Nearest(Phase.Decode, large)), 0, false);
    }
}
