using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>What of a store is exported.</summary>
public sealed record ExportSelection
{
    /// <summary>Format of the files.</summary>
    public ExchangeFormat Format { get; init; }

    /// <summary>Names of the tables; empty: all. <c>runs</c> always goes along, since the others refer to it.</summary>
    public IReadOnlyCollection<string> Tables { get; init; } = [];

    /// <summary>Least time, Unix microseconds, inclusive. Does not restrict runs, models and jobs.</summary>
    public long FromUs { get; init; } = long.MinValue;

    /// <summary>Greatest time, exclusive. Does not restrict runs, models and jobs.</summary>
    public long ToUs { get; init; } = long.MaxValue;

    /// <summary>One run alone; null: all.</summary>
    public long? Run { get; init; }

    internal bool Has(RecordTable table) =>
        Tables.Count == 0 || Tables.Contains(table.Name) || ReferenceEquals(table, TelemetryTables.Runs);

    internal ReadRange RangeOf(RecordTable table) => table.Keyed || ReferenceEquals(table, TelemetryTables.Runs)
        ? ReadRange.Everything
        : new ReadRange { FromUs = FromUs, ToUs = ToUs, Run = Run };
}
