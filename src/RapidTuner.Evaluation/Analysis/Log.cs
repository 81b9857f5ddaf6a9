using RapidTuner.Core.Errors;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>A store's log, restricted to the runs that an analysis looks at. Everything streams.</summary>
public sealed class Log
{
    private readonly ITelemetryStore _store;
    private readonly HashSet<long> _chosen;

    /// <summary>Looks the runs over and chooses.</summary>
    /// <param name="store">The store.</param>
    /// <param name="run">The one to look at; null: the most frequent device and model, runs that overlap in time left out.</param>
    /// <exception cref="BadInputException">There is nothing to analyse, or no such run.</exception>
    public Log(ITelemetryStore store, long? run)
    {
        _store = store;
        var spans = new Dictionary<long, (long Requests, long FromUs, long ToUs)>();
        foreach (var request in store.Read(TelemetryTables.Requests, ReadRange.Everything))
        {
            Widen(spans, request.Run, 1, request.ArrivalUs, request.FinishUs);
        }

        foreach (var window in store.Read(TelemetryTables.Windows, ReadRange.Everything))
        {
            Widen(spans, window.Run, 0, window.StartUs, window.StartUs + (window.WidthS * Micros.PerS));
        }

        var records = store.Read(TelemetryTables.Runs, ReadRange.Everything).Where(r => spans.ContainsKey(r.Seq)).ToArray();
        if (records.Length == 0)
        {
            throw new BadInputException(store.Description, "holds no run with requests or windows", "let `serve` run, or `replay --data`, before it is analysed");
        }

        if (run is { } wanted && records.All(r => r.Seq != wanted))
        {
            throw new BadInputException("--run", $"the log has no run {wanted}", $"give one of {string.Join(", ", records.Select(r => r.Seq).Take(20))}");
        }

        _chosen = run is { } one ? [one] : Choose(records, spans);
        Runs = [.. records.Select(r => new LogRun(r, spans[r.Seq].Requests, spans[r.Seq].FromUs, spans[r.Seq].ToUs, _chosen.Contains(r.Seq)))];
        Chosen = [.. Runs.Where(r => r.Chosen).OrderBy(r => r.FromUs)];
    }

    /// <summary>Where it is, for people.</summary>
    public string Description => _store.Description;

    /// <summary>All runs that hold anything.</summary>
    public IReadOnlyList<LogRun> Runs { get; }

    /// <summary>Those looked at, in order of time; at least one, of one device and model.</summary>
    public IReadOnlyList<LogRun> Chosen { get; }

    /// <summary>Start, Unix microseconds.</summary>
    public long FromUs => Chosen[0].FromUs;

    /// <summary>End, Unix microseconds.</summary>
    public long ToUs => Chosen.Max(r => r.ToUs);

    /// <summary>The chosen runs' requests, run by run in order of ending: a store sorts millions of them by arrival for longer than it reads them.</summary>
    public IEnumerable<RequestRecord> Requests() => Chosen.SelectMany(r => _store.Read(TelemetryTables.Requests, new ReadRange { Run = r.Record.Seq }));

    /// <summary>The chosen runs' windows of a width, in order of time.</summary>
    public IEnumerable<WindowRecord> Windows(int widthS) =>
        Chosen.SelectMany(r => _store.Read(TelemetryTables.Windows, new ReadRange { Run = r.Record.Seq, WidthS = widthS }));

    /// <summary>The chosen runs' decisions.</summary>
    public IEnumerable<DecisionRecord> Decisions() => Chosen.SelectMany(r => _store.Read(TelemetryTables.Decisions, new ReadRange { Run = r.Record.Seq }));

    /// <summary>The chosen runs' steps.</summary>
    public IEnumerable<StepRecord> Steps() => Chosen.SelectMany(r => _store.Read(TelemetryTables.Steps, new ReadRange { Run = r.Record.Seq }));

    private static HashSet<long> Choose(RunRecord[] records, Dictionary<long, (long Requests, long FromUs, long ToUs)> spans)
    {
        var pair = records.GroupBy(r => (r.Device, r.Model)).MaxBy(g => g.Sum(r => spans[r.Seq].Requests))!;
        var chosen = new HashSet<long>();
        foreach (var record in pair.OrderByDescending(r => spans[r.Seq].Requests).ThenBy(r => r.Seq))
        {
            var (_, fromUs, toUs) = spans[record.Seq];
            if (chosen.All(c => spans[c].ToUs <= fromUs || spans[c].FromUs >= toUs))
            {
                chosen.Add(record.Seq);
            }
        }

        return chosen;
    }

    private static void Widen(Dictionary<long, (long Requests, long FromUs, long ToUs)> spans, long run, long requests, long fromUs, long toUs)
    {
        var (had, from, to) = spans.GetValueOrDefault(run, (0, long.MaxValue, long.MinValue));
        spans[run] = (had + requests, Math.Min(from, fromUs), Math.Max(to, toUs));
    }
}
