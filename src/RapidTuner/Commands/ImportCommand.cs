using System.CommandLine;
using System.CommandLine.Parsing;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Exchange;
using RapidTuner.Recording;

namespace RapidTuner.Commands;

/// <summary><c>import</c>: an export into a store, beside what is there.</summary>
internal sealed class ImportCommand
{
    private readonly StoreOptions _store = new();
    private readonly Option<string?> _from = new("--from") { HelpName = "FOLDER", Description = "A folder that export wrote." };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON document on stdout." };

    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        var options = new ImportCommand();
        var command = new CheckedCommand("import", "Brings an export into a store, beside what is there.", (parsed, problems) => options.Read(parsed, problems));
        options._store.AddTo(command);
        command.Options.Add(options._from);
        command.Options.Add(options._json);
        command.SetAction(parsed => options.Run(terminal, parsed.CommandResult));
        return command;
    }

    private int Run(Terminal terminal, CommandResult parsed)
    {
        var problems = new Problems();
        var (choice, folder) = Read(parsed, problems);
        problems.ThrowIfAny();
        using var store = choice!.Open(terminal.Clock, notice => terminal.Error.WriteLine($"rapidtuner: telemetry: {notice.Message}"));
        Report.Rows(terminal, parsed.GetValue(_json), "imported", parsed.GetValue(_from)!, folder!.Into(store));
        foreach (var run in folder.PassedOver)
        {
            terminal.Error.WriteLine($"rapidtuner: run {run} of the export is in the store already, row by row the same, and was passed over");
        }

        return ExitCode.Done;
    }

    private (StoreChoice? Choice, ImportFolder? Folder) Read(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        var choice = _store.Read(given, problems);
        if (given.Text(_from) is not { } path)
        {
            problems.Add("--from", "is missing", "name a folder that export wrote");
            return (choice, null);
        }

        return (choice, given.Try(() =>
        {
            var folder = new ImportFolder(path);
            folder.Check(problems);
            return folder;
        }));
    }
}
