using RapidTuner.Telemetry.Features;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Store.Life;

/// <summary>
/// One pass of retention, the same for every store: make the roll-ups that are missing, delete what is too old, then, while the
/// budget is exceeded, delete the oldest. Runs in virtual time have no age: they go only when room is short.
/// </summary>
/// <param name="store">The store, for reading.</param>
/// <param name="life">The same store, for deleting.</param>
/// <param name="retention">What is kept how long.</param>
/// <param name="nowUs">Now, Unix microseconds.</param>
/// <param name="notify">Hears of an exceeded budget.</param>
public sealed class RetentionPass(ITelemetryStore store, IStoreLife life, Retention retention, long nowUs, Action<StoreNotice>? notify)
{
    private const int PortionRows = 20_000;
    private const int RollUpsAtOnce = 5_000;
    private const double DayUs = 86_400.0 * Micros.PerS;

    private static readonly (RecordTable Table, int? WidthS)[] ForRoom =
    [
        (TelemetryTables.Steps, null),
        (TelemetryTables.Gaps, null),
        (TelemetryTables.Decisions, null),
        (TelemetryTables.Requests, null),
        (TelemetryTables.Windows, 1),
        (TelemetryTables.Windows, 10),
    ];

    private readonly Dictionary<string, long> _deleted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _deletedForRoom = new(StringComparer.Ordinal);
    private long _rolledUp;

    /// <summary>Does it.</summary>
    public RetentionReport Run()
    {
        RollUp(fromS: 1, toS: 10, CutUs(retention.Windows1SDays));
        RollUp(fromS: 10, toS: 60, CutUs(retention.Windows10SDays));
        DeleteOlder(TelemetryTables.Steps, null, retention.StepsDays);
        DeleteOlder(TelemetryTables.Gaps, null, retention.GapsDays);
        DeleteOlder(TelemetryTables.Requests, null, retention.RequestsDays);
        DeleteOlder(TelemetryTables.Decisions, null, retention.DecisionsDays);
        DeleteOlder(TelemetryTables.Windows, 1, retention.Windows1SDays);
        DeleteOlder(TelemetryTables.Windows, 10, retention.Windows10SDays);
        DeleteOlder(TelemetryTables.Windows, 60, retention.Windows60SDays);
        MakeRoom();
        return new RetentionReport(_rolledUp, _deleted, _deletedForRoom);
    }

    private long CutUs(double days) => nowUs - (long)(days * DayUs);

    // Roll-ups are written as windows close; what a crash or an import left out is made here, before its parts go.
    private void RollUp(int fromS, int toS, long cutUs)
    {
        while (true)
        {
            var made = MissingRollUps(fromS, toS, cutUs);
            foreach (var (run, window) in made)
            {
                life.Insert(window, run);
            }

            _rolledUp += made.Count;
            if (made.Count < RollUpsAtOnce)
            {
                return;
            }
        }
    }

    private List<(long Run, WindowRecord Window)> MissingRollUps(int fromS, int toS, long cutUs)
    {
        var widthUs = toS * Micros.PerS;
        var virtualRuns = store.Read(TelemetryTables.Runs, ReadRange.Everything).Where(r => r.OriginUs == 0).Select(r => r.Seq).ToHashSet();
        var made = new List<(long, WindowRecord)>();
        HashSet<(long Run, long StartUs)>? there = null;
        var parts = new List<WindowRecord>();
        var (run, startUs) = (0L, 0L);
        foreach (var narrow in store.Read(TelemetryTables.Windows, new ReadRange { ToUs = cutUs, WidthS = fromS }).Where(w => !virtualRuns.Contains(w.Run)))
        {
            var wideUs = narrow.StartUs - (((narrow.StartUs % widthUs) + widthUs) % widthUs);
            there ??= StartsOf(toS, wideUs);
            if ((narrow.Run, wideUs) != (run, startUs))
            {
                Finish();
                (run, startUs) = (narrow.Run, wideUs);
            }

            parts.Add(narrow);
            if (made.Count == RollUpsAtOnce)
            {
                return made;
            }
        }

        Finish();
        return made;

        void Finish()
        {
            if (parts.Count > 0 && there!.Add((run, startUs)))
            {
                made.Add((run, WindowMerge.Of(parts, startUs, toS)));
            }

            parts.Clear();
        }
    }

    // Windows of a run come in order of time but for a clock that stepped back between runs: a day covers that.
    private HashSet<(long Run, long StartUs)> StartsOf(int widthS, long fromUs) =>
        [.. store.Read(TelemetryTables.Windows, new ReadRange { FromUs = fromUs - (long)DayUs, WidthS = widthS }).Select(w => (w.Run, w.StartUs))];

    private void DeleteOlder(RecordTable table, int? widthS, double days)
    {
        while (Book(_deleted, table, life.DeleteOlder(table, widthS, CutUs(days), PortionRows)) > 0)
        {
        }
    }

    private void MakeRoom()
    {
        life.GiveBack();
        if (retention.BudgetBytes == 0 || store.Size().UsedBytes <= retention.BudgetBytes)
        {
            return;
        }

        // A tenth of every kind in turn, so that they go on covering about the same time.
        var targetBytes = retention.BudgetBytes / 10 * 9;
        var gone = 1L;
        while (gone > 0 && store.Size().UsedBytes > targetBytes)
        {
            gone = 0;
            foreach (var (table, widthS) in ForRoom)
            {
                gone += store.Size().UsedBytes > targetBytes ? DeleteOldestTenth(table, widthS) : 0;
                life.GiveBack();
            }
        }

        notify?.Invoke(new StoreNotice(
            StoreNoticeKind.OverBudget,
            $"{store.Description}: the budget of {retention.BudgetBytes} bytes was reached; deleted before their time: {string.Join(", ", _deletedForRoom.Select(d => $"{d.Value} {d.Key}"))}"));
    }

    private long DeleteOldestTenth(RecordTable table, int? widthS)
    {
        var left = (life.Rows(table, widthS) + 9) / 10;
        var gone = 0L;
        while (left > 0)
        {
            var deleted = Book(_deletedForRoom, table, life.DeleteOldest(table, widthS, (int)Math.Min(left, PortionRows)));
            if (deleted == 0)
            {
                break;
            }

            gone += deleted;
            left -= deleted;
        }

        return gone;
    }

    private static long Book(Dictionary<string, long> book, RecordTable table, long rows)
    {
        if (rows > 0)
        {
            book[table.Name] = book.GetValueOrDefault(table.Name) + rows;
        }

        return rows;
    }
}
