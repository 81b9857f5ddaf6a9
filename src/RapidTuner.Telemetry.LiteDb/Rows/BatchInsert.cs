using LiteDB;
using RapidTuner.Telemetry.LiteDb.Schema;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb.Rows;

/// <summary>Writes batches into an open file. Seqs are counted here and kept in collection counters.</summary>
/// <param name="database">The file.</param>
/// <param name="seqs">Highest seq of each table that was ever given out.</param>
internal sealed class BatchInsert(LiteDbDatabase database, IReadOnlyDictionary<string, long> seqs)
{
    /// <summary>Most bytes of a model's artefact: LiteDB keeps a document of at most 16 MB.</summary>
    private const int ArtefactBytesMax = 15_000_000;

    private readonly Dictionary<RecordTable, DocumentSink> _sinks = TelemetryTables.All.ToDictionary(t => t, t => new DocumentSink(t));
    private readonly Dictionary<string, long> _next = seqs.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);

    /// <summary>Commits the batch.</summary>
    /// <returns>The highest seq per table, now committed.</returns>
    public Dictionary<string, long> Append(TelemetryBatch batch)
    {
        var before = new Dictionary<string, long>(_next, StringComparer.Ordinal);
        RunRecord run;
        try
        {
            run = database.Transaction(() => Write(batch, before));
        }
        catch
        {
            database.Marks.RolledBack();
            foreach (var (table, seq) in before)
            {
                _next[table] = seq;
            }

            throw;
        }

        database.Marks.Committed();
        batch.Run = run;
        return new Dictionary<string, long>(_next, StringComparer.Ordinal);
    }

    /// <summary>Commits a row of a keyed table: the one with its id is replaced and keeps its seq.</summary>
    public long Save<T>(Table<T> table, T record, string id)
    {
        if (record is ModelRecord { Artefact.Length: > ArtefactBytesMax } model)
        {
            throw new StoreException(StoreFault.Unavailable, $"{database.Path}: the artefact of model {id} has {model.Artefact.Length} bytes, LiteDB keeps at most {ArtefactBytesMax}: use the SQLite or the PostgreSQL store");
        }

        var seq = database.Transaction(() =>
        {
            var collection = database.Of(table);
            var known = collection.FindOne("id = @0", id);
            var saved = known is null ? _next[table.Name] + 1 : known["_id"].AsInt64;
            if (known is null)
            {
                SaveCounter(table.Name, saved);
            }

            collection.Upsert(DocumentSink.Document(_sinks[table], table, in record, saved, 0));
            return saved;
        });
        _next[table.Name] = Math.Max(_next[table.Name], seq);
        return seq;
    }

    /// <summary>Writes down how far every table has come: after a restore, which brought older counters.</summary>
    public void SaveCounters() => database.Transaction(() =>
    {
        foreach (var (table, seq) in _next)
        {
            SaveCounter(table, seq);
        }

        return 0;
    });

    private RunRecord Write(TelemetryBatch batch, Dictionary<string, long> before)
    {
        var run = batch.Run;
        if (run.Seq == 0)
        {
            Insert(TelemetryTables.Runs, [run], 0, null);
            run = run with { Seq = _next[TelemetryTables.Runs.Name] };
        }

        Insert(TelemetryTables.Steps, batch.Steps, run.Seq, static r => r.EndUs);
        Insert(TelemetryTables.Gaps, batch.Gaps, run.Seq, static r => r.AtUs);
        Insert(TelemetryTables.Requests, batch.Requests, run.Seq, static r => r.FinishUs);
        Insert(TelemetryTables.Windows, batch.Windows, run.Seq, static r => r.StartUs);
        Insert(TelemetryTables.Decisions, batch.Decisions, run.Seq, static r => r.AtUs);
        database.Engine.Insert(LiteDbSchema.Marks, database.Marks.Fresh, BsonAutoId.Int64);
        foreach (var (table, seq) in _next)
        {
            if (seq != before[table])
            {
                SaveCounter(table, seq);
            }
        }

        return run;
    }

    private void Insert<T>(Table<T> table, List<T> records, long run, Func<T, long>? timeOf)
    {
        if (records.Count > 0)
        {
            database.Engine.Insert(table.Name, Documents(table, records, run, timeOf), BsonAutoId.Int64);
        }
    }

    private IEnumerable<BsonDocument> Documents<T>(Table<T> table, List<T> records, long run, Func<T, long>? timeOf)
    {
        var sink = _sinks[table];
        foreach (var record in records)
        {
            var seq = ++_next[table.Name];
            if (timeOf is not null)
            {
                database.Marks.Note(table, run, timeOf(record), seq);
            }

            yield return DocumentSink.Document(sink, table, in record, seq, run);
        }
    }

    private void SaveCounter(string table, long seq) =>
        database.Engine.Upsert(LiteDbSchema.Counters, [new BsonDocument { ["_id"] = table, ["last_seq"] = seq }], BsonAutoId.Int64);
}
