namespace RapidTuner.Learning.Physics;

/// <summary>Knows one kind of measured table: which columns it has, and what each of its rows had a GPU do.</summary>
internal interface IWorkReading
{
    /// <summary>Its name.</summary>
    string Kind { get; }

    /// <summary>Columns that it cannot do without; alternatives are separated by a bar.</summary>
    IReadOnlyList<string> Required { get; }

    /// <summary>Columns whose values, from wide to narrow, have constants of their own.</summary>
    IReadOnlyList<string[]> Levels { get; }

    /// <summary>What row <paramref name="row"/> did, when <paramref name="target"/> is measured.</summary>
    WorkRow Read(WorkColumns columns, int row, string target);
}
