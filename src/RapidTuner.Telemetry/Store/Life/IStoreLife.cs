using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Store.Life;

/// <summary>
/// What <see cref="RetentionPass"/> needs of a store. Each call is a short transaction of its own, so that appends get their turn in
/// between. No call ever deletes the row with the highest seq of a table: it shows how far the table has come.
/// </summary>
public interface IStoreLife
{
    /// <summary>
    /// Deletes rows of real runs (those whose origin is not 0) whose time lies before <paramref name="cutUs"/>, oldest first.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="widthS">Windows of this width alone; null: every row.</param>
    /// <param name="cutUs">Unix microseconds.</param>
    /// <param name="rowsMax">About as many rows at most; a store that drops a whole day may exceed it.</param>
    /// <returns>Rows deleted; 0 when nothing is left to delete.</returns>
    long DeleteOlder(RecordTable table, int? widthS, long cutUs, int rowsMax);

    /// <summary>Deletes the rows with the lowest seqs, of whatever run.</summary>
    /// <returns>Rows deleted.</returns>
    long DeleteOldest(RecordTable table, int? widthS, int rowsMax);

    /// <summary>Rows of a table, or its windows of one width.</summary>
    long Rows(RecordTable table, int? widthS);

    /// <summary>Adds a window that was made from narrower ones.</summary>
    void Insert(WindowRecord window, long run);

    /// <summary>Makes the room of deleted rows count as free, where that takes a step of its own.</summary>
    void GiveBack();
}
