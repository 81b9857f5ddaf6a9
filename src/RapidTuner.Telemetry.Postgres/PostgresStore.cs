using System.Collections.Frozen;
using Npgsql;
using RapidTuner.Core.Errors;
using RapidTuner.Telemetry.Postgres.Archive;
using RapidTuner.Telemetry.Postgres.Rows;
using RapidTuner.Telemetry.Postgres.Schema;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Store.Life;

namespace RapidTuner.Telemetry.Postgres;

/// <summary>
/// The store of a fleet: a PostgreSQL schema that any number of services share. Samples are partitioned by day, so that old days
/// go by dropping a partition. Every call takes a connection from the pool and gives it back, so a server that was stopped is found
/// again by the next call.
/// </summary>
public sealed class PostgresStore : ITelemetryStore
{
    private readonly PostgresStoreOptions _options;
    private readonly NpgsqlDataSource _source;
    private readonly DayPartitions _partitions;
    private readonly Lock _writing = new();
    private FrozenDictionary<string, long> _acknowledged = FrozenDictionary<string, long>.Empty;

    private PostgresStore(PostgresStoreOptions options)
    {
        _options = options;
        _source = NpgsqlDataSource.Create(options.ConnectionString);
        _partitions = new DayPartitions(options.Schema);
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        Description = $"postgresql {settings.Host}:{settings.Port}/{settings.Database} schema {options.Schema}";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Connects, makes the schema when it is missing and brings it up to date.</summary>
    /// <exception cref="BadInputException">Options out of range.</exception>
    /// <exception cref="StoreException">The server is out of reach, refuses, or holds a later version.</exception>
    public static PostgresStore Open(PostgresStoreOptions options)
    {
        var problems = new Problems();
        options.Check(problems);
        problems.ThrowIfAny();
        var store = new PostgresStore(options);
        try
        {
            store.Prepare();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Append(TelemetryBatch batch)
    {
        lock (_writing)
        {
            Transaction((connection, _) =>
            {
                var copy = new BatchCopy(connection, _options.Schema, _partitions);
                var run = copy.Write(batch);
                return (run, copy.Reached);
            },
            written =>
            {
                batch.Run = written.run;
                Publish(written.Reached);
            });
        }
    }

    /// <inheritdoc/>
    public IEnumerable<T> Read<T>(Table<T> table, ReadRange range)
    {
        var connection = Connect();
        try
        {
            using var command = PostgresQuery.Select(connection, _options.Schema, table, range);
            using var reader = Translate(() => command.ExecuteReader());
            var row = new ReaderRow(reader);
            var ended = false;
            try
            {
                while (Translate(reader.Read))
                {
                    yield return table.Read(row);
                }

                ended = true;
            }
            finally
            {
                if (!ended)
                {
                    // Left early: without this the rest of the rows would be fetched only to be thrown away.
                    command.Cancel();
                }
            }
        }
        finally
        {
            connection.Dispose();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<T> ReadLatest<T>(Table<T> table, int rowsMax)
    {
        using var connection = Connect();
        using var command = PostgresQuery.Latest(connection, _options.Schema, table, rowsMax);
        return Translate(() =>
        {
            using var reader = command.ExecuteReader();
            var row = new ReaderRow(reader);
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(table.Read(row));
            }

            return rows;
        });
    }

    /// <inheritdoc/>
    public long Save(ModelRecord model) => Save(TelemetryTables.Models, model, model.Id);

    /// <inheritdoc/>
    public long Save(JobRecord job) => Save(TelemetryTables.Jobs, job, job.Id);

    /// <inheritdoc/>
    public void SetRewards(IReadOnlyCollection<KeyValuePair<long, double>> rewardBySeq) => Transaction(
        (connection, transaction) =>
        {
            using var update = new NpgsqlCommand(
                $"UPDATE {_options.Schema}.decisions d SET reward = r.reward FROM unnest($1, $2) AS r (seq, reward) WHERE d.seq = r.seq", connection, transaction);
            update.Parameters.Add(new NpgsqlParameter { Value = rewardBySeq.Select(r => r.Key).ToArray() });
            update.Parameters.Add(new NpgsqlParameter { Value = rewardBySeq.Select(r => r.Value).ToArray() });
            return update.ExecuteNonQuery();
        },
        _ => { });

    /// <inheritdoc/>
    public RetentionReport Retain(Retention retention, long nowUs) =>
        new RetentionPass(this, new PostgresLife(_options.Schema, Change, Outside, _partitions), retention, nowUs, _options.OnNotice).Run();

    /// <inheritdoc/>
    public void Compact()
    {
        using var connection = Connect();
        Translate(() =>
        {
            foreach (var table in TelemetryTables.All)
            {
                using var vacuum = new NpgsqlCommand($"VACUUM (ANALYZE) {_options.Schema}.{table.Name}", connection) { CommandTimeout = 0 };
                vacuum.ExecuteNonQuery();
            }

            return 0;
        });
    }

    /// <inheritdoc/>
    public StoreSize Size()
    {
        using var connection = Connect();
        using var size = new NpgsqlCommand(
            $"SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{_options.Schema}' AND c.relkind = 'r'", connection);
        return new StoreSize(Translate(() => (long)size.ExecuteScalar()!), 0);
    }

    /// <inheritdoc/>
    public void Backup(string path)
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path} exists already: give another name");
        }

        using var connection = Connect();
        Translate(() =>
        {
            PostgresArchive.Write(connection, _options.Schema, path);
            return 0;
        });
    }

    /// <inheritdoc/>
    public void Restore(string path)
    {
        using var archive = PostgresArchive.Open(path);
        lock (_writing)
        {
            _partitions.Forget();
            Transaction((connection, _) => archive.Restore(connection, _options.Schema, _partitions), Publish);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private void Prepare()
    {
        using var connection = Connect();
        var before = Translate(() => _options.ReadOnly
            ? PostgresSchema.VersionOf(connection, _options.Schema)
            : PostgresSchema.Migrate(connection, _options.Schema, Description));
        PostgresSchema.Check(before, Description);
        if (_options.ReadOnly && before < PostgresSchema.Latest)
        {
            throw new StoreException(StoreFault.Foreign, $"{Description} has schema version {before} of {PostgresSchema.Latest}: start the service on it once, which brings it up to date");
        }

        if (before > 0 && before < PostgresSchema.Latest)
        {
            _options.OnNotice?.Invoke(new StoreNotice(StoreNoticeKind.Migrated, $"{Description} was brought from schema version {before} to {PostgresSchema.Latest}"));
        }

        Publish(Translate(() => PostgresQuery.Counters(connection, _options.Schema)));
    }

    private long Save<T>(Table<T> table, T record, string id)
    {
        lock (_writing)
        {
            return Transaction((connection, transaction) => PostgresQuery.Save(connection, transaction, _options.Schema, table, record, id), saved => Publish(new() { [table.Name] = saved }));
        }
    }

    private long Change(Func<NpgsqlConnection, long> work)
    {
        lock (_writing)
        {
            return Transaction((connection, _) => work(connection), _ => { });
        }
    }

    // For statements that PostgreSQL refuses inside a transaction.
    private void Outside(Action<NpgsqlConnection> work)
    {
        lock (_writing)
        {
            using var connection = Connect();
            Translate(() =>
            {
                work(connection);
                return 0;
            });
        }
    }

    private T Transaction<T>(Func<NpgsqlConnection, NpgsqlTransaction, T> work, Action<T> committed)
    {
        if (_options.ReadOnly)
        {
            throw new StoreException(StoreFault.ReadOnly, $"{Description} was opened for reading");
        }

        try
        {
            using var connection = Connect();
            var result = Translate(() =>
            {
                using var transaction = connection.BeginTransaction();
                var done = work(connection, transaction);
                transaction.Commit();
                return done;
            });
            _partitions.Committed();
            committed(result);
            return result;
        }
        catch
        {
            _partitions.RolledBack();
            throw;
        }
    }

    private NpgsqlConnection Connect() => Translate(_source.OpenConnection);

    private T Translate<T>(Func<T> work) => PostgresFaults.Translate(Description, work);

    // Another process may have taken later seqs meanwhile: the highest that this one knows to be committed stays.
    private void Publish(Dictionary<string, long> reached)
    {
        var all = TelemetryTables.All.ToDictionary(t => t.Name, t => Math.Max(reached.GetValueOrDefault(t.Name), _acknowledged.GetValueOrDefault(t.Name)), StringComparer.Ordinal);
        Volatile.Write(ref _acknowledged, all.ToFrozenDictionary(StringComparer.Ordinal));
    }
}
