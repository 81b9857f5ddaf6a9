using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Sqlite.Rows;

/// <summary>
/// The prefill works of steps, each once for as long as it is among the last few: the steps that ran beside it come in a row.
/// </summary>
internal sealed class PrefillWorks : IDisposable
{
    // The running step, the one before it, and room for a second engine's.
    private const int Remembered = 4;

    private readonly SqliteStatement _insert;
    private readonly (Work Work, long Id)[] _recent = new (Work, long)[Remembered];
    private long _last;
    private int _next;
    private bool _uncommitted;

    public PrefillWorks(SqliteDatabase database)
    {
        _insert = database.Prepare("INSERT INTO prefill_works VALUES (?, ?, ?, ?, ?, ?)");
        _last = database.Number("SELECT max(id) FROM prefill_works");
    }

    /// <summary>The id of a step's prefill work, written when it is new; null when nothing prefilled.</summary>
    public long? IdOf(in StepRecord step)
    {
        var work = new Work(step.PrefillSequences, step.PrefillNewTokens, step.PrefillContextTokens, step.PrefillAttentionPairs, step.PrefillLogitRows);
        if (work == default)
        {
            return null;
        }

        foreach (ref readonly var recent in _recent.AsSpan())
        {
            if (recent.Work == work)
            {
                return recent.Id;
            }
        }

        Insert(in work, ++_last);
        _recent[_next] = (work, _last);
        _next = (_next + 1) % Remembered;
        _uncommitted = true;
        return _last;
    }

    public void Committed() => _uncommitted = false;

    /// <summary>The transaction is undone: so are its works. Their ids are not used again.</summary>
    public void RolledBack()
    {
        _insert.Reset();
        if (_uncommitted)
        {
            Array.Clear(_recent);
            _uncommitted = false;
        }
    }

    public void Dispose() => _insert.Dispose();

    private void Insert(in Work work, long id)
    {
        _insert.Whole(id);
        _insert.Whole(work.Sequences);
        _insert.Whole(work.NewTokens);
        _insert.Whole(work.ContextTokens);
        if (work.AttentionPairs == (work.NewTokens * work.ContextTokens) + (work.NewTokens * (work.NewTokens + 1L) / 2))
        {
            _insert.Null();
        }
        else
        {
            _insert.Whole(work.AttentionPairs);
        }

        _insert.Whole(work.LogitRows);
        _insert.Run();
    }

    private readonly record struct Work(int Sequences, int NewTokens, long ContextTokens, long AttentionPairs, int LogitRows);
}
