using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Store;

/// <summary>
/// Where telemetry lasts. Calls may come from any thread; writes are taken one at a time. Whatever a call promised is there
/// when it returns: appended samples survive the death of the process, models and jobs a power cut (CONTRACT §5).
/// </summary>
public interface ITelemetryStore : IDisposable
{
    /// <summary>What and where, for people: "sqlite /data/telemetry.db".</summary>
    string Description { get; }

    /// <summary>
    /// Highest committed seq per table, 0 where nothing was ever written. A snapshot: it never names what is not durable.
    /// </summary>
    IReadOnlyDictionary<string, long> Acknowledged { get; }

    /// <summary>
    /// Commits a batch in one transaction, or nothing of it. Gives each record the next seq of its table, and the batch's run a
    /// seq if it has none.
    /// </summary>
    /// <exception cref="StoreException">Nothing was written.</exception>
    void Append(TelemetryBatch batch);

    /// <summary>Reads rows one after another; the table is never in memory as a whole. Sees what was committed when the first row is asked for.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    IEnumerable<T> Read<T>(Table<T> table, ReadRange range);

    /// <summary>The highest-numbered rows, latest first.</summary>
    IReadOnlyList<T> ReadLatest<T>(Table<T> table, int rowsMax);

    /// <summary>Adds a model, or replaces the one with its id (keeping its seq). Returns the seq.</summary>
    long Save(ModelRecord model);

    /// <summary>Adds a job run, or replaces the one with its id (keeping its seq). Returns the seq.</summary>
    long Save(JobRecord job);

    /// <summary>Writes the rewards of decisions that are known by now; a seq that is no longer there is passed over.</summary>
    void SetRewards(IReadOnlyCollection<KeyValuePair<long, double>> rewardBySeq);

    /// <summary>Rolls up what is about to go, then deletes it; the newest row of a table always stays.</summary>
    RetentionReport Retain(Retention retention, long nowUs);

    /// <summary>Gives the room of deleted records back to the file system as far as the store can while it is in use.</summary>
    void Compact();

    /// <summary>How much room it takes.</summary>
    StoreSize Size();

    /// <summary>Writes a copy of everything committed so far to a new file, while the store stays in use.</summary>
    /// <exception cref="IOException">The file exists already, or cannot be written.</exception>
    void Backup(string path);

    /// <summary>
    /// Replaces everything by the contents of a backup, while the store stays in use. Refuses a file that is damaged or that a
    /// later version wrote, and changes nothing then. A seq is never given twice, not even after this.
    /// </summary>
    void Restore(string path);
}
