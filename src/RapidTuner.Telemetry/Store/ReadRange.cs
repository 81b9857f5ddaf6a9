namespace RapidTuner.Telemetry.Store;

/// <summary>Which rows of a table are read, and in which order. Everything left out does not restrict.</summary>
public sealed record ReadRange
{
    /// <summary>Everything, in order of seq.</summary>
    public static ReadRange Everything { get; } = new();

    /// <summary>Least value of the time column (Unix microseconds), inclusive.</summary>
    public long FromUs { get; init; } = long.MinValue;

    /// <summary>Greatest value of the time column, exclusive.</summary>
    public long ToUs { get; init; } = long.MaxValue;

    /// <summary>Rows whose seq is greater than this.</summary>
    public long AfterSeq { get; init; }

    /// <summary>Rows of one run.</summary>
    public long? Run { get; init; }

    /// <summary>Windows of one width, seconds.</summary>
    public int? WidthS { get; init; }

    /// <summary>
    /// The time column that <see cref="FromUs"/> and <see cref="ToUs"/> are about and by which rows come in order (seq decides among equals);
    /// null: the table's own time column restricts, and rows come in order of seq. Rows without a value there are left out.
    /// </summary>
    public string? OrderBy { get; init; }
}
