namespace RapidTuner.Learning.Tables;

/// <summary>What a model's file says in JSON; the trees stand behind it as binary sections.</summary>
internal sealed record TableModelHeader
{
    /// <summary>What kind of artefact it is.</summary>
    public const string TableKind = "table-model";

    /// <summary>Always <see cref="TableKind"/>.</summary>
    public string Kind { get; init; } = TableKind;

    /// <summary>Version of the program that wrote it.</summary>
    public string Program { get; init; } = "";

    /// <summary>Column that is predicted.</summary>
    public string Target { get; init; } = "";

    /// <summary>What was made small.</summary>
    public string Loss { get; init; } = "";

    /// <summary>Which trainer made it.</summary>
    public string Trainer { get; init; } = "";

    /// <summary>Column whose values were held out together; null: none.</summary>
    public string? Group { get; init; }

    /// <summary>True when the model adds logarithms.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>The features, in order.</summary>
    public IReadOnlyList<FeatureSpec> Features { get; init; } = [];

    /// <summary>Rows it was fitted on.</summary>
    public int Rows { get; init; }

    /// <summary>Seed of its draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Share of the targets that an interval holds.</summary>
    public double Coverage { get; init; }

    /// <summary>Interval half width in units of the spread.</summary>
    public double Quantile { get; init; }

    /// <summary>Held-out rows behind the interval.</summary>
    public int CalibrationRows { get; init; }

    /// <summary>Weight of the trees on the law's residual.</summary>
    public double ResidualShare { get; init; }

    /// <summary>Kind of table that the law was fitted to; null without a law.</summary>
    public string? LawKind { get; init; }

    /// <summary>The law's constants per group.</summary>
    public IReadOnlyDictionary<string, double[]>? Law { get; init; }

    /// <summary>Share of trees alone in the prediction; the rest is the law and its trees.</summary>
    public double PlainShare { get; init; }

    /// <summary>Share of trees alone that do not see what the law derives of a row.</summary>
    public double BareShare { get; init; }

    /// <summary>Seconds that the fit took.</summary>
    public double FitS { get; init; }

    /// <summary>Mean absolute percentage error on held-out rows; null for targets that are not all above 0.</summary>
    public double? HeldOutMape { get; init; }

    /// <summary>Hyper-parameters and their values.</summary>
    public IReadOnlyDictionary<string, double> Parameters { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Name and bytes of each binary section, in order.</summary>
    public IReadOnlyList<SectionSpec> Sections { get; init; } = [];
}
