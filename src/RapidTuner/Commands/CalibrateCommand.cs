using System.CommandLine;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Twin.Calibration;
using RapidTuner.Tables;

namespace RapidTuner.Commands;

/// <summary><c>calibrate</c>: fits the twin to a measured table, or scores it on one.</summary>
internal static class CalibrateCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        CalibrateArguments? arguments = null;
        var command = new CheckedCommand("calibrate", "Fits the twin to a table of measured times, or scores it on one.", (parsed, problems) => arguments!.Read(parsed, problems));
        arguments = new CalibrateArguments(command);
        command.SetAction(parsed =>
        {
            var problems = new Problems();
            var asked = arguments.Read(parsed.CommandResult, problems);
            problems.ThrowIfAny();
            return Run(terminal, asked!);
        });
        return command;
    }

    private static int Run(Terminal terminal, CalibrateRequest asked)
    {
        var check = asked.OutPath is null ? TableCheck.Of(asked.Match) : Fit(terminal, asked, asked.OutPath);
        if (asked.Json)
        {
            terminal.Out.WriteLine(CheckTable.ToJson(check));
        }
        else
        {
            CheckTable.Write(check, terminal.Out);
        }

        return ExitCode.Done;
    }

    private static TableCheck Fit(Terminal terminal, CalibrateRequest asked, string outPath)
    {
        var before = TableCheck.Of(asked.Match).Total;
        terminal.Error.WriteLine($"fitting {asked.Device!.Name} to {asked.Match.Rows.Count} rows; mean error before {before.Mape:P1}");
        var fitted = TableFit.Fit(asked.Table, asked.Device, asked.Match);
        File.WriteAllText(outPath, SpecWriter.Write(fitted));
        KnownRow[] rows = [.. asked.Match.Rows.Select(r => r with { Device = fitted })];
        return TableCheck.Of(rows, TableCheck.Predict(rows), asked.Match.Skipped);
    }
}
