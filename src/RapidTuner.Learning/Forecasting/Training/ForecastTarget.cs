using RapidTuner.Core.Errors;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Learning.Forecasting.Training;

/// <summary>Forecasts of a load as a target of the registry: names, gate, what a candidate tells of itself, and who is in office.</summary>
public static class ForecastTarget
{
    /// <summary>Name of the target.</summary>
    public const string Name = "load_forecast";

    /// <summary>The load of a service, as against a replayed trace.</summary>
    public const string Serving = "serving";

    /// <summary>How much worse than the model in office a successor may be, ratio: repeat noise of a held-out error.</summary>
    private const double RivalRatio = 1.02;

    /// <summary>A series in scopes and files.</summary>
    public static string NameOf(LoadSeries series) => series switch
    {
        LoadSeries.Requests => "requests",
        LoadSeries.PromptTokens => "prompt_tokens",
        LoadSeries.OutputTokens => "output_tokens",
        _ => throw new ArgumentOutOfRangeException(nameof(series), series, "is no series of a load"),
    };

    /// <summary>The series of that name; null when there is none.</summary>
    public static LoadSeries? SeriesOf(string? name) => Enum.GetValues<LoadSeries>().Where(s => NameOf(s) == name).Select(s => (LoadSeries?)s).FirstOrDefault();

    /// <summary>The load of a run: that of the service, or of the trace that was replayed, as a name that a file can have.</summary>
    /// <param name="workload">What was replayed; "" when serving.</param>
    public static string LoadOf(string workload)
    {
        ArgumentNullException.ThrowIfNull(workload);
        return workload.Length == 0 ? Serving : "replay-" + string.Concat(workload.Take(100).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-'));
    }

    /// <summary>The scope of a series of a load.</summary>
    public static string ScopeOf(string load, LoadSeries series) => $"{load}+{NameOf(series)}";

    /// <summary>What a model fails at; none: it passes.</summary>
    public static IReadOnlyList<string> GateFailures(ForecastModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var scores = model.Report.Scores;
        var served = Enumerable.Range(0, scores.Count).Where(model.Trees.Serves).ToArray();
        if (served.Length == 0)
        {
            return ["at no horizon was its error on held-out seconds at or below that of last value, where that erred at all"];
        }

        var ratios = served.Where(h => scores[h] is { FreshMae: > 0, RivalMae: > 0 }).Select(h => Math.Log(scores[h].FreshMae!.Value / scores[h].RivalMae!.Value)).ToArray();
        return ratios.Length > 0 && ratios.Average() > Math.Log(RivalRatio)
            ? [$"on seconds that the champion has not seen its error is {Math.Exp(ratios.Average()):F2} times the champion's"]
            : [];
    }

    /// <summary>The model as a candidate of the registry.</summary>
    /// <param name="model">The model.</param>
    /// <param name="origin">Where its windows came from, for people.</param>
    public static ModelCandidate Candidate(ForecastModel model, string origin)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (report, options) = (model.Report, ForecastTrees.Options);
        return new ModelCandidate
        {
            Target = Name,
            Scope = ScopeOf(model.Load, model.Series),
            Trainer = "histogram",
            DataFromUs = report.FromS * 1_000_000,
            DataToUs = report.ToS * 1_000_000,
            DataOrigin = origin,
            Rows = report.Windows,
            Features = ForecastInputs.Names,
            Seed = report.Seed,
            Parameters = new SortedDictionary<string, double>(StringComparer.Ordinal)
            {
                ["trees"] = options.Trees, ["leaves"] = options.Leaves, ["learning_rate"] = options.LearningRate, ["leaf_rows_min"] = options.LeafRowsMin,
                ["row_share"] = options.RowShare, ["half_life_s"] = report.HalfLifeS,
            },
            Metrics = new SortedDictionary<string, IReadOnlyDictionary<string, double>>(
                Enumerable.Range(0, report.Scores.Count).ToDictionary(h => $"{report.Scores[h].HorizonS:000.0} s", h => (IReadOnlyDictionary<string, double>)MetricsOf(report.Scores[h], model.Trees.Serves(h))), StringComparer.Ordinal),
            GateFailures = GateFailures(model),
            Use = $"The mean of {NameOf(model.Series).Replace('_', ' ')} per second over the next 0.5 s to 5 min, for the load \"{model.Load}\". Trees of recent means as multiples of the last 300 s' mean; "
                + "used at horizons at which they were no worse than last value on the held-out end, and there only while a rolling back-test prefers them.",
            Save = path => ForecastModelFile.Save(model, path),
        };
    }

    /// <summary>The model in office for a series of a load, with its id: the champion, or where that cannot be read a former one; null when there is none.</summary>
    public static (string Id, ForecastModel Model)? Champion(ModelRegistry registry, string load, LoadSeries series, Action<string> notes)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(notes);
        foreach (var entry in registry.ChampionsToTry(Name, ScopeOf(load, series)))
        {
            if (Load(registry.Folder, entry, notes) is { } model && model.Series == series)
            {
                return (entry.Id, model);
            }
        }

        return null;
    }

    /// <summary>A registered model; null, with a note, when it cannot be used.</summary>
    public static ForecastModel? Load(ModelFolder folder, RegistryEntry entry, Action<string> notes)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(notes);
        if (folder.ArtefactFault(entry) is { } fault)
        {
            notes(fault);
            return null;
        }

        try
        {
            return ForecastModelFile.Load(folder.ArtefactPath(entry.Id));
        }
        catch (BadInputException bad)
        {
            notes(bad.Message);
            return null;
        }
    }

    private static Dictionary<string, double> MetricsOf(HorizonScore score, bool serves)
    {
        var all = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["rows"] = score.Scores, ["mae"] = score.Mae, ["last_value_mae"] = score.LastMae, ["mase"] = score.Mase, ["used"] = serves ? 1 : 0,
        };
        if (score is { FreshMae: { } fresh, RivalMae: { } rival })
        {
            (all["fresh_mae"], all["champion_fresh_mae"]) = (fresh, rival);
        }

        return all;
    }
}
