using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Evaluation.Statistics;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>Hears an oracle on one block and keeps which split it chose in which situation.</summary>
/// <param name="fromS">Decisions before this engine time warm the engine up and are left out, seconds.</param>
internal sealed class OracleMap(double fromS) : IEngineObserver
{
    private readonly SortedDictionary<(int Backlog, int Batch), (long Visits, double Share)> _cells = [];

    /// <summary>The cells of several blocks, in order, each with its spread over blocks.</summary>
    public static IReadOnlyList<OracleMapCell> Of(IEnumerable<OracleMap> blocks) =>
    [
        .. blocks.SelectMany(b => b._cells).GroupBy(c => c.Key).OrderBy(g => g.Key).Select(g =>
        {
            double[] shares = [.. g.Select(c => c.Value.Share / c.Value.Visits)];
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
        // Another observer counts what came of it.
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
        // Another observer counts what came of it.
    }

    /// <inheritdoc/>
    public void OnDecision(in Observation seen, in Decision decided)
    {
        if (seen.NowS < fromS || seen.DeviceUnits <= 0)
        {
            return;
        }

        var place = (MapBins.Of(seen.PrefillQueuedTokens), MapBins.Of(seen.DecodeNext.Sequences));
        var (visits, share) = _cells.GetValueOrDefault(place);
        _cells[place] = (visits + 1, share + ((double)decided.Split.PrefillUnits / seen.DeviceUnits));
    }
}
