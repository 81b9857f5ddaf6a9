using System.Reflection;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Physics;
using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tables;

/// <summary>
/// Fits a model to a table: folds tell how many trees to grow, how to weigh law and trees, and how far predictions of unseen
/// rows miss; then all rows are fitted. The table is never changed.
/// </summary>
public static class TableFitter
{
    /// <summary>Fits the table at <paramref name="path"/>.</summary>
    /// <exception cref="BadInputException">Table or options cannot be used.</exception>
    public static TableModel Fit(string path, TableFitOptions options, FitContext context, CancellationToken cancel = default)
    {
        var problems = new Problems();
        Check(options, problems);
        problems.ThrowIfAny();
        var choice = TrainerChoice.Parse(options.Trainer, options.Loss);
        string[] named = [.. options.Categorical, .. options.Ignored, .. options.Group is null ? [] : new[] { options.Group }];
        var table = TableReader.Read(path, new TableAsk
        {
            Texts = options.Categorical, Numbers = [options.Target], Finite = [options.Target], Named = named,
            RowsMax = options.RowsMax, Seed = options.Seed, BytesMax = options.MemoryBytesMax,
        });
        if (table.Rows < table.RowsInFile)
        {
            context.Notes($"{table.Rows} of {table.RowsInFile} rows are learned from, drawn by the seed");
        }

        var started = context.Clock.GetTimestamp();
        (table, var target) = WithTarget(table, options.Target, context.Notes);
        return Fit(table, target, choice, options, context, started, cancel);
    }

    /// <summary>Adds what is wrong with <paramref name="options"/> whatever the table is.</summary>
    public static void Check(TableFitOptions options, Problems problems)
    {
        problems.InRange("--trees", options.Trees, 1, 100_000);
        problems.InRange("--leaves", options.Leaves, 2, 4096);
        problems.InRange("--learning-rate", options.LearningRate, 1e-6, 1);
        problems.InRange("leaf_rows_min", options.LeafRowsMin, 1, int.MaxValue);
        problems.InRange("row_share", options.RowShare, 1e-6, 1);
        problems.InRange("coverage", options.Coverage, 0.5, 0.99);
        problems.InRange("--rows-max", options.RowsMax, 1, int.MaxValue);
        foreach (var name in options.Ignored.Concat(options.Categorical).Append(options.Group ?? "").Where(n => n.Length > 0 && n.Equals(options.Target, StringComparison.OrdinalIgnoreCase)))
        {
            problems.Add("--target", $"{name} is named as a feature or group too", "name another column");
        }

        try
        {
            TrainerChoice.Parse(options.Trainer, options.Loss);
        }
        catch (BadInputException bad)
        {
            problems.AddAll(bad.Problems);
        }
    }

    private static TableModel Fit(
        Table table, double[] target, TrainerChoice choice, TableFitOptions options, FitContext context, long started, CancellationToken cancel)
    {
        var loss = LossOf(table, target, choice, options);
        var logarithmic = choice.Law || loss.Kind == LossKind.LogSquared;
        var adding = logarithmic ? target.Select(y => Math.Log(y)).ToArray() : target;
        var work = choice.Law ? WorkReader.Read(table, options.Target, context.Catalogue) : null;
        var group = options.Group is null ? null : GroupOf(table.Find(options.Group)!);
        string[] leftOut = [options.Target, .. options.Ignored, .. options.Group is null ? [] : new[] { options.Group }];
        var told = work is null ? table : table with { Columns = [.. table.Columns, .. work.Derived] };
        var schema = FeatureSchema.Of(told, leftOut, context.Notes);
        if (schema.Features.Count == 0)
        {
            throw new BadInputException($"{table.Path}:1:1", $"has no column to tell {options.Target} from", "add one, or leave one less out");
        }

        // Bare trees follow a table's own columns closest, and carry least to groups that it does not have.
        int[] derived = choice is { Law: true, Trees: not null } && group is null ? [.. Enumerable.Range(0, schema.Features.Count).Where(f => work!.Derived.Any(d => d.Name == schema.Features[f].Name))] : [];
        var task = new FitTask(options, choice, schema.Bind(told), derived, adding, work, loss.Kind == LossKind.Quantile ? loss : Loss.Squared);
        var folds = Folds.Of(table.Rows, group, options.Seed);
        if (folds.Count == 0)
        {
            context.Notes("there is one row only: nothing can be held out, so the interval has no width");
        }

        if (group is not null && !folds.Grouped)
        {
            context.Notes($"{options.Group} has one value only: rows are held out instead of groups, and the interval grows by what a group that was never seen is expected to miss");
        }

        var fits = new FoldFits(task, folds, cancel);
        var (laws, residuals, plains, bares) = (fits.Laws(), fits.Residuals(), fits.Plains(), fits.Bares());
        int[] held = [.. Enumerable.Range(0, table.Rows).Where(row => folds.FoldOfRow[row] >= 0)];
        var blend = choice is { Law: true, Trees: not null } ? Blend.Best(folds, adding, laws, residuals, plains, bares)
            : choice.Law ? new Blend(0, 0) : new Blend(0, 1);
        var whole = folds.IsSplit ? fits.Only : task.FitWhole(fits.ResidualTrees, fits.PlainTrees, fits.BareTrees, blend, cancel);

        var misses = new double[table.Rows];
        foreach (var row in held)
        {
            misses[row] = Math.Abs(adding[row] - Held(row));
        }

        var factor = LearningCurve.Factor(task, folds, fits, blend, misses, cancel);
        for (var row = 0; row < misses.Length; row++)
        {
            misses[row] *= factor;
        }

        var conformal = folds.Count == 0
            ? new Conformal(0, null, 0)
            : Conformal.Calibrate(task.Features, task.PreparedForSpread, misses, folds, options.Coverage, options.Seed);
        if (group is not null && logarithmic)
        {
            conformal = conformal.ForNewGroups(folds.Grouped ? folds.Count : 0);
        }

        var header = new TableModelHeader
        {
            Program = typeof(TableFitter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            Target = options.Target, Loss = loss.ToString(), Trainer = choice.Name, Group = options.Group, Logarithmic = logarithmic,
            Features = schema.Features, Rows = table.Rows, Seed = options.Seed, Coverage = options.Coverage, Quantile = conformal.Quantile,
            CalibrationRows = conformal.Rows, ResidualShare = blend.ResidualShare, PlainShare = blend.PlainShare, BareShare = blend.BareShare,
            LawKind = whole.Law is null ? null : work!.Kind, Law = whole.Law?.Groups,
            HeldOutMape = held.Length > 0 && target.All(y => y > 0) ? held.Average(row => ApeOf(target[row], Held(row), logarithmic)) : null,
            Parameters = Parameters(options, fits),
            FitS = context.Clock.GetElapsedTime(started).TotalSeconds,
        };
        return new TableModel(header, Trees(whole.Residual), Trees(whole.Plain), Trees(whole.Bare), conformal);

        double Held(int row) => blend.Of(laws[row], residuals[row], plains[row], bares?[row] ?? 0);

        TreeEnsemble? Trees(TrainedTrees? trained) => trained is null ? null : options.ExactTrees ? trained.All : trained.Best;
    }

    private static double ApeOf(double target, double adding, bool logarithmic) => Math.Abs(((logarithmic ? Math.Exp(adding) : adding) / target) - 1);

    private static Dictionary<string, double> Parameters(TableFitOptions options, FoldFits fits) => new(StringComparer.Ordinal)
    {
        ["trees_max"] = options.Trees, ["leaves"] = options.Leaves, ["learning_rate"] = options.LearningRate, ["leaf_rows_min"] = options.LeafRowsMin,
        ["row_share"] = options.RowShare, ["residual_trees"] = fits.ResidualTrees, ["plain_trees"] = fits.PlainTrees, ["bare_trees"] = fits.BareTrees,
    };

    /// <summary>The rows whose target is there.</summary>
    private static (Table Table, double[] Target) WithTarget(Table table, string name, Action<string> notes)
    {
        var column = table.Find(name)!;
        int[] rows = [.. Enumerable.Range(0, table.Rows).Where(row => !double.IsNaN(column.Values[row]))];
        if (rows.Length == 0)
        {
            throw new BadInputException($"{table.Path}:1:1", $"no row has a value for {name}", "name a column that has values");
        }

        if (rows.Length < table.Rows)
        {
            notes($"{table.Rows - rows.Length} rows without {name} are left out");
            table = table.Take(rows);
            column = table.Find(name)!;
        }

        return (table, column.Values);
    }

    private static Loss LossOf(Table table, double[] target, TrainerChoice choice, TableFitOptions options)
    {
        var notPositive = target.Count(y => y <= 0);
        var loss = options.Loss ?? (notPositive == 0 ? Loss.LogSquared : Loss.Squared);
        if (notPositive > 0 && (choice.Law || loss.Kind == LossKind.LogSquared))
        {
            throw new BadInputException(
                table.Path, $"{options.Target} is 0 or less in {notPositive} of {target.Length} rows", "give values above 0, or use --trainer histogram --loss squared");
        }

        if (choice.Law && loss.Kind == LossKind.Squared)
        {
            throw new BadInputException("--loss", "squared does not fit a physical law, which is fitted to logarithms", "give log-squared or quantile:Q, or use --trainer histogram");
        }

        return loss;
    }

    private static int[] GroupOf(TableColumn column)
    {
        var codes = new Dictionary<double, int>();
        return [.. column.Values.Select(v => double.IsNaN(v) ? -1 : codes.TryGetValue(v, out var code) ? code : codes[v] = codes.Count)];
    }
}
