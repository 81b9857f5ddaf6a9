using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Evaluation.Statistics;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>Hears an oracle and keeps which split it chose in which situation, block by block.</summary>
/// <param name="fromS">Decisions before this engine time warm the engine up and are left out, seconds.</param>
/// <param name="blockS">Length of a block, seconds.</param>
/// <param name="tally">Counts what came of it.</param>
internal sealed class OracleMap(double fromS, double blockS, BlockTally tally) : IEngineObserver
{
    private readonly Dictionary<(int Backlog, int Batch, int Block), (long Visits, double Share)> _cells = [];

    /// <summary>What came of it.</summary>
    public BlockTally Tally => tally;

    /// <summary>The cells of several stretches of blocks, in order, each with its spread over blocks.</summary>
    public static IReadOnlyList<OracleMapCell> Of(IEnumerable<OracleMap> stretches) =>
    [
        .. stretches.SelectMany(b => b._cells).GroupBy(c => (c.Key.Backlog, c.Key.Batch)).OrderBy(g => g.Key).Select(g =>
        {
            double[] shares = [.. g.OrderBy(c => c.Key.Block).Select(c => c.Value.Share / c.Value.Visits)];
            var interval = PairedBootstrap.OfMean(shares);
            return new OracleMapCell(
                MapBins.Least(g.Key.Backlog), MapBins.Most(g.Key.Backlog), MapBins.Least(g.Key.Batch), MapBins.Most(g.Key.Batch),
                g.Sum(c => c.Value.Visits), shares.Length, shares.Average(), interval?.Low, interval?.High);
        }),
    ];

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
        // Decisions say what was chosen.
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
        // A request says itself whether its gaps were in time.
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request) => tally.OnRequest(in request);

    /// <inheritdoc/>
    public void OnDecision(in Observation seen, in Decision decided)
    {
        if (seen.NowS < fromS || seen.DeviceUnits <= 0)
        {
            return;
        }

        var place = (MapBins.Of(seen.PrefillQueuedTokens), MapBins.Of(seen.DecodeNext.Sequences), (int)((seen.NowS - fromS) / blockS));
        var (visits, share) = _cells.GetValueOrDefault(place);
        _cells[place] = (visits + 1, share + ((double)decided.Split.PrefillUnits / seen.DeviceUnits));
    }
}
