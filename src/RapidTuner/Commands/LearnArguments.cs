using System.CommandLine;
using System.CommandLine.Parsing;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Tables;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Commands;

/// <summary>The options of <c>learn fit</c> and <c>learn eval</c> and what they mean (CONTRACT §2).</summary>
internal sealed class LearnArguments
{
    private readonly Option<string?> _table = Text("--table", "FILE", "Any CSV file with a header; empty cells are missing values, columns of texts are categories.");
    private readonly Option<string?> _target = Text("--target", "COLUMN", "Column to predict; rows without it are left out.");
    private readonly Option<string?> _trainer = Text("--trainer", "T", "histogram, physics, physics+histogram; in the full edition also fasttree, physics+fasttree. Default histogram; in the full edition fasttree where it can fit the loss.");
    private readonly Option<string?> _loss = Text("--loss", "L", "log-squared (default where all targets are above 0), squared, quantile:Q.");
    private readonly Option<string?> _categorical = Text("--categorical", "COLUMNS", "Columns of numbers that are names, separated by commas.");
    private readonly Option<string?> _ignore = Text("--ignore", "COLUMNS", "Columns not to use, separated by commas: other outcomes of the same measurement, for instance.");
    private readonly Option<string?> _group = Text("--group", "COLUMN", "Column whose values are held out together, so that intervals hold for values never seen; it is no feature of the trees.");
    private readonly Option<string?> _trees = Text("--trees", "N", "Grow exactly so many trees; default: as many as do best on held-out rows.");
    private readonly Option<string?> _leaves = Text("--leaves", "N", "Most leaves of a tree. Default 31.");
    private readonly Option<string?> _rate = Text("--learning-rate", "X", "Shrinkage of each tree. Default 0.05.");
    private readonly Option<string?> _seed = Text("--seed", "N", "Seed of folds and samples. Default 1.");
    private readonly Option<string?> _rowsMax = Text("--rows-max", "N", "Most rows to learn from; of more, so many are drawn by the seed. Default 1000000.");
    private readonly Option<string?> _threads = Text("--threads", "N", "Threads; the result does not depend on it. Default one per core.");
    private readonly Option<string?> _out = Text("--out", "FILE", "Where the model is written.");
    private readonly Option<string?> _model = Text("--model", "FILE", "A model written by `learn fit`.");
    private readonly Option<string?> _by = Text("--by", "COLUMN", "Scores each value of this column too.");
    private readonly Option<string?> _models = Text("--models", "DIR", "A further folder of devices and models.");
    private readonly Option<bool> _json = new("--json") { Description = "One JSON document on stdout." };

    private LearnArguments()
    {
    }

    /// <summary>Adds the options of <c>learn fit</c> to a command.</summary>
    public static LearnArguments Fit(Command command)
    {
        var arguments = new LearnArguments();
        AddTo(command, arguments._table, arguments._target, arguments._trainer, arguments._loss, arguments._categorical, arguments._ignore, arguments._group, arguments._trees,
            arguments._leaves, arguments._rate, arguments._seed, arguments._rowsMax, arguments._threads, arguments._models, arguments._out, arguments._json);
        return arguments;
    }

    /// <summary>Adds the options of <c>learn eval</c> to a command.</summary>
    public static LearnArguments Eval(Command command)
    {
        var arguments = new LearnArguments();
        AddTo(command, arguments._model, arguments._table, arguments._by, arguments._models, arguments._json);
        return arguments;
    }

    /// <summary>Reads a command line of <c>learn fit</c>; null when anything is wrong with it, which then stands in <paramref name="problems"/>.</summary>
    public LearnFitRequest? ReadFit(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        var (table, target) = (NeededFile(given, _table, "name a CSV file", problems), Needed(given, _target, "name the column to predict", problems));
        var outPath = Needed(given, _out, "name the file to write", problems) is null ? null : given.OutputFile(_out);
        if (table is not null && outPath is not null && SameFile(table, outPath))
        {
            problems.Add(_out.Name, $"{outPath} is the table itself, which is never changed", "name another file");
        }

        var loss = given.Try<Loss?>(() => given.Text(_loss) is { } text ? Loss.Parse(text) : null);
        var catalogue = Catalogue(given);
        var trees = given.Whole(_trees, 0, 1, 100_000);
        var options = new TableFitOptions
        {
            Target = target ?? "",
            Trainer = given.Text(_trainer),
            Loss = loss,
            Categorical = Names(given.Text(_categorical)),
            Ignored = Names(given.Text(_ignore)),
            Group = given.Text(_group),
            Leaves = given.Whole(_leaves, 31, 2, 4096),
            LearningRate = given.Number(_rate, 0.05, 1e-6, 1),
            Seed = given.Seed(_seed),
            RowsMax = given.Whole(_rowsMax, 1_000_000, 1, int.MaxValue),
            Threads = given.Whole(_threads, 0, 1, 256),
        };
        options = trees > 0 ? options with { Trees = trees, ExactTrees = true } : options;
        TableFitter.Check(options, problems);
        return problems.Any || catalogue is null ? null : new LearnFitRequest(table!, options, outPath!, catalogue, parsed.GetValue(_json));
    }

    /// <summary>Reads a command line of <c>learn eval</c>; null when anything is wrong with it, which then stands in <paramref name="problems"/>.</summary>
    public LearnEvalRequest? ReadEval(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        var (model, table) = (NeededFile(given, _model, "name a model written by `learn fit`", problems), NeededFile(given, _table, "name a CSV file", problems));
        var catalogue = Catalogue(given);
        return problems.Any || catalogue is null ? null : new LearnEvalRequest(model!, table!, given.Text(_by), catalogue, parsed.GetValue(_json));
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private static string[] Names(string? text) => text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string? Needed(GivenOptions given, Option<string?> option, string mend, Problems problems)
    {
        var text = given.Text(option);
        if (text is null)
        {
            problems.Add(option.Name, "is missing", mend);
        }

        return text;
    }

    private static string? NeededFile(GivenOptions given, Option<string?> option, string mend, Problems problems)
    {
        var path = Needed(given, option, mend, problems);
        if (path is not null && !File.Exists(path))
        {
            problems.Add(path, Directory.Exists(path) ? "is a folder" : "there is no such file", mend);
            return null;
        }

        return path;
    }

    /// <summary>True when both paths lead to one file, links followed.</summary>
    private static bool SameFile(string one, string other) => Target(one) == Target(other);

    private static string Target(string path) => Path.GetFullPath(File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path);

    private static void AddTo(Command command, params Option[] options)
    {
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    private SpecCatalogue? Catalogue(GivenOptions given) =>
        given.Try(() => given.Text(_models) is { } folder ? SpecCatalogue.Open(folder) : SpecCatalogue.Open());
}
