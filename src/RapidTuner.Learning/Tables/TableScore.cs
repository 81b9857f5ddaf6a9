using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tables;

/// <summary>How well a model predicts a table.</summary>
public sealed record TableScore
{
    /// <summary>Rows with a target.</summary>
    public required int Rows { get; init; }

    /// <summary>Mean absolute percentage error over targets other than 0, a fraction; null when there are none.</summary>
    public required double? Mape { get; init; }

    /// <summary>Median absolute percentage error, a fraction; null when all targets are 0.</summary>
    public required double? MedianApe { get; init; }

    /// <summary>Share of the targets' variance that is explained; null when they do not vary, or their squares are too large to add.</summary>
    public required double? R2 { get; init; }

    /// <summary>Mean pinball loss, in units of the target: at the level of a quantile model, else at 0.5.</summary>
    public required double Pinball { get; init; }

    /// <summary>Share of targets within the interval; of a quantile model, the share at or below its prediction.</summary>
    public required double Coverage { get; init; }

    /// <summary>Mean width of the intervals, relative to the prediction; null where a prediction is not above 0.</summary>
    public required double? MeanWidth { get; init; }

    /// <summary>Seconds that the fit took.</summary>
    public required double FitS { get; init; }

    /// <summary>Seconds per prediction.</summary>
    public required double PredictSPerRow { get; init; }

    /// <summary>The same per value of a column, when asked for.</summary>
    public IReadOnlyDictionary<string, TableScore>? By { get; init; }

    /// <summary>Scores a model on the table at <paramref name="path"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A CSV file with its columns, in any order.</param>
    /// <param name="by">A column to score each value of; null: none.</param>
    /// <param name="context">Catalogue, clock and notes.</param>
    public static TableScore Of(TableModel model, string path, string? by, FitContext context)
    {
        var table = model.ReadTable(path, by is null ? [] : [by]);
        var target = table.Find(model.Target)!.Values;
        int[] rows = [.. Enumerable.Range(0, table.Rows).Where(row => double.IsFinite(target[row]))];
        if (rows.Length == 0)
        {
            throw new Core.Errors.BadInputException($"{path}:1:1", $"no row has a value for {model.Target}", "give a table with targets");
        }

        if (rows.Length < table.Rows)
        {
            context.Notes($"{table.Rows - rows.Length} rows without {model.Target} are left out");
        }

        var predictions = model.Predict(table, context);
        var all = Of(model, target, predictions, rows);
        var column = by is null ? null : table.Find(by);
        return column is null ? all : all with
        {
            By = rows.GroupBy(row => column.IsText ? column.TextOf(row) ?? "" : column.Values[row].ToString("R"), StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => Of(model, target, predictions, [.. g]), StringComparer.Ordinal),
        };
    }

    private static TableScore Of(TableModel model, double[] target, TablePredictions predictions, int[] rows)
    {
        var loss = Trees.Training.Loss.Parse(model.Loss);
        var quantile = loss.Kind == LossKind.Quantile;
        var pinball = Trees.Training.Loss.Quantile(loss.Level);
        var apes = rows.Where(row => target[row] != 0).Select(row => Math.Abs((predictions.Values[row] / target[row]) - 1)).Order().ToArray();
        var mean = rows.Average(row => target[row]);
        var total = rows.Sum(row => Math.Pow(target[row] - mean, 2));
        return new TableScore
        {
            Rows = rows.Length,
            Mape = apes.Length == 0 ? null : apes.Average(),
            MedianApe = apes.Length == 0 ? null : 0.5 * (apes[(apes.Length - 1) / 2] + apes[apes.Length / 2]),
            R2 = total > 0 && double.IsFinite(total) ? 1 - (rows.Sum(row => Math.Pow(target[row] - predictions.Values[row], 2)) / total) : null,
            Pinball = rows.Average(row => pinball.Of(target[row] - predictions.Values[row])),
            Coverage = rows.Count(row => quantile
                ? target[row] <= predictions.Values[row]
                : target[row] >= predictions.Low[row] && target[row] <= predictions.High[row]) / (double)rows.Length,
            MeanWidth = rows.All(row => predictions.Values[row] > 0) ? rows.Average(row => (predictions.High[row] - predictions.Low[row]) / predictions.Values[row]) : null,
            FitS = model.FitS,
            PredictSPerRow = predictions.PredictSPerRow,
        };
    }
}
