using RapidTuner.Core.Control;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>One pass over a log's decisions: the policy map, the reasons, and what the engine's limit on ITL was.</summary>
/// <param name="others">Policies that are asked about the same observations, by name.</param>
internal sealed class DecisionPass(IReadOnlyList<IPolicy> others)
{
    // Asking every policy about every decision of a week would take longer than the week is worth; a fixed share of each cell's visits is asked.
    private const int AskedMaxPerCell = 400;

    private readonly SortedDictionary<(int Backlog, int Batch), Cell> _cells = [];
    private readonly SortedDictionary<(string Source, string Reason), long> _reasons = [];

    /// <summary>Decisions seen.</summary>
    public long Count { get; private set; }

    /// <summary>Changes of the split.</summary>
    public long Switches { get; private set; }

    /// <summary>The last limit on ITL seen, seconds; NaN when none was.</summary>
    public double ItlLimitS { get; private set; } = double.NaN;

    /// <summary>The map, cells in order.</summary>
    public IReadOnlyList<PolicyMapCell> Map =>
    [
        .. _cells.Select(c => new PolicyMapCell(
            MapBins.Least(c.Key.Backlog), MapBins.Most(c.Key.Backlog), MapBins.Least(c.Key.Batch), MapBins.Most(c.Key.Batch),
            c.Value.Visits,
            c.Value.Prefill / c.Value.Visits,
            c.Value.Decode / c.Value.Visits,
            others.Select((o, i) => (o.Name, Share: c.Value.Others[i] / c.Value.Asked)).ToDictionary(o => o.Name, o => o.Share, StringComparer.Ordinal))),
    ];

    /// <summary>The reasons, by loop, most frequent first.</summary>
    public IReadOnlyList<ReasonShare> Reasons =>
        [.. _reasons.OrderByDescending(r => r.Value).Select(r => new ReasonShare(r.Key.Reason, r.Key.Source, r.Value, (double)r.Value / Count))];

    /// <summary>Takes a decision in.</summary>
    public void Add(DecisionRecord decision)
    {
        var seen = decision.Seen;
        Count++;
        var key = (decision.Source.ToString().ToLowerInvariant(), Telemetry.Store.Names<Reason>.Of(decision.Chosen.Reason));
        _reasons[key] = _reasons.GetValueOrDefault(key) + 1;
        ItlLimitS = seen.ItlLimitS > 0 ? seen.ItlLimitS : ItlLimitS;
        Switches += decision.Chosen.Split != seen.Split && seen.Split != default ? 1 : 0;
        if (seen.DeviceUnits <= 0 || decision.Source == DecisionSource.Operator)
        {
            return;
        }

        var place = (MapBins.Of(seen.PrefillQueuedTokens), MapBins.Of(seen.DecodeNext.Sequences));
        if (!_cells.TryGetValue(place, out var cell))
        {
            _cells[place] = cell = new Cell(others.Count);
        }

        cell.Visits++;
        cell.Prefill += (double)decision.Chosen.Split.PrefillUnits / seen.DeviceUnits;
        cell.Decode += (double)decision.Chosen.Split.DecodeUnits / seen.DeviceUnits;
        if (cell.Asked < AskedMaxPerCell)
        {
            cell.Asked++;
            for (var i = 0; i < others.Count; i++)
            {
                cell.Others[i] += (double)others[i].Palette.Nearest(others[i].Decide(in seen).Split).PrefillUnits / seen.DeviceUnits;
            }
        }
    }

    private sealed class Cell(int others)
    {
        public long Visits { get; set; }

        public long Asked { get; set; }

        public double Prefill { get; set; }

        public double Decode { get; set; }

        public double[] Others { get; } = new double[others];
    }
}
