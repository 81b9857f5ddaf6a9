using RapidTuner.Core;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;

namespace RapidTuner.Learning.Latency;

/// <summary>
/// Samples of both phases, read as a stream in bounded memory: beyond the most that are kept, every sample has the same chance
/// to be among them (reservoir sampling, Vitter 1985), by a seed.
/// </summary>
internal sealed class LatencyRows
{
    private readonly int _deviceUnits;
    private readonly int _rowsMax;
    private readonly List<LatencyRow>[] _rows = [[], []];
    private readonly long[] _seen = new long[2];
    private readonly Rng[] _rng;

    public LatencyRows(int deviceUnits, int rowsMax, ulong seed)
    {
        _deviceUnits = deviceUnits;
        _rowsMax = rowsMax;
        _rng = [new Rng(seed, "latency-rows-prefill"), new Rng(seed, "latency-rows-decode")];
    }

    /// <summary>Samples that nothing is learned from.</summary>
    public long Skipped { get; private set; }

    /// <summary>Rows of a phase in order of time.</summary>
    public LatencyRow[] Of(Phase phase) => [.. _rows[(int)phase].Select((row, i) => (row, i)).OrderBy(r => r.row.EndS).ThenBy(r => r.i).Select(r => r.row)];

    /// <summary>Takes a sample.</summary>
    public void Add(in StepSample sample)
    {
        if (!LatencyRow.TryRead(in sample, _deviceUnits, out var row))
        {
            Skipped++;
            return;
        }

        var phase = (int)sample.Phase;
        var kept = _rows[phase];
        var seen = _seen[phase]++;
        if (kept.Count < _rowsMax)
        {
            kept.Add(row);
            return;
        }

        var at = (long)(_rng[phase].NextDouble() * (seen + 1));
        if (at < kept.Count)
        {
            kept[(int)at] = row;
        }
    }
}
