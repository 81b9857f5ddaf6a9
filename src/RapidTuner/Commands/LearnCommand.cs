using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Tables;

namespace RapidTuner.Commands;

/// <summary><c>learn fit</c> and <c>learn eval</c>: trains and scores a model on any table.</summary>
internal static class LearnCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        var command = new Command("learn", "Trains a model on any table, or scores one.");
        command.Subcommands.Add(BuildFit(terminal));
        command.Subcommands.Add(BuildEval(terminal));
        return command;
    }

    private static Command BuildFit(Terminal terminal)
    {
        var command = new Command("fit", "Trains a model of one column of a table.");
        var arguments = LearnArguments.Fit(command);
        command.SetAction((parsed, cancel) =>
        {
            var problems = new Problems();
            var asked = arguments.ReadFit(parsed.CommandResult, problems);
            problems.ThrowIfAny();
            return Task.FromResult(Fit(terminal, asked!, cancel));
        });
        return command;
    }

    private static Command BuildEval(Terminal terminal)
    {
        var command = new Command("eval", "Scores a model on a table.");
        var arguments = LearnArguments.Eval(command);
        command.SetAction(parsed =>
        {
            var problems = new Problems();
            var asked = arguments.ReadEval(parsed.CommandResult, problems);
            problems.ThrowIfAny();
            return Eval(terminal, asked!);
        });
        return command;
    }

    private static int Fit(Terminal terminal, LearnFitRequest asked, CancellationToken cancel)
    {
        var context = new FitContext(asked.Catalogue, terminal.Clock, terminal.Error.WriteLine);
        var model = TableFitter.Fit(asked.TablePath, asked.Options, context, cancel);
        model.Save(asked.OutPath);
        var summary = new
        {
            model = asked.OutPath, model.Target, model.Trainer, model.Loss, model.Rows, model.Trees, held_out_mape = model.HeldOutMape, fit_s = model.FitS,
        };
        if (asked.Json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(summary, Json));
        }
        else
        {
            var mape = model.HeldOutMape is { } m ? $"{m:P2} on held-out rows" : "not given: not all targets are above 0";
            terminal.Out.WriteLine($"{asked.OutPath}: {model.Target} from {model.Rows} rows by {model.Trainer} ({model.Loss}), {model.Trees} trees, {model.FitS:F2} s; MAPE {mape}");
        }

        return ExitCode.Done;
    }

    private static int Eval(Terminal terminal, LearnEvalRequest asked)
    {
        var context = new FitContext(asked.Catalogue, terminal.Clock, terminal.Error.WriteLine);
        var score = TableScore.Of(TableModel.Load(asked.ModelPath), asked.TablePath, asked.By, context);
        if (asked.Json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(score, Json));
            return ExitCode.Done;
        }

        terminal.Out.WriteLine($"{"",-28}{"rows",9}{"mape",9}{"median",9}{"r2",9}{"pinball",12}{"coverage",10}{"width",9}");
        Write(terminal.Out, "all", score);
        foreach (var (name, part) in score.By ?? new Dictionary<string, TableScore>())
        {
            Write(terminal.Out, name, part);
        }

        terminal.Out.WriteLine($"fit {score.FitS:F2} s, {score.PredictSPerRow * 1e6:F2} µs a row");
        return ExitCode.Done;
    }

    private static void Write(TextWriter to, string name, TableScore score) =>
        to.WriteLine($"{name,-28}{score.Rows,9}{Percent(score.Mape),9}{Percent(score.MedianApe),9}{score.R2,9:F4}{score.Pinball,12:G4}{score.Coverage,10:P1}{Percent(score.MeanWidth),9}");

    private static string Percent(double? share) => share is { } s ? s.ToString("P2") : "-";
}
