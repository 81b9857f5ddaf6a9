using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>A table of an export.</summary>
/// <param name="Name">Name.</param>
/// <param name="Rows">Rows.</param>
/// <param name="TimeColumn">The column of time.</param>
/// <param name="Columns">Its columns, in order.</param>
public sealed record DictionaryTable(string Name, long Rows, string TimeColumn, IReadOnlyList<DictionaryColumn> Columns)
{
    internal static DictionaryTable Of(RecordTable table, long rows) => new(
        table.Name,
        rows,
        table.TimeColumn,
        [.. table.Columns.Select(c => new DictionaryColumn(c.Name, Names<ColumnKind>.Of(c.Kind), c.Unit, c.Description, c.Nullable))]);
}
