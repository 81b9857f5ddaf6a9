using System.CommandLine;
using System.CommandLine.Parsing;
using RapidTuner.Core.Errors;
using RapidTuner.Recording;

namespace RapidTuner.Commands;

/// <summary><c>restore</c>: a store's contents replaced by those of a backup.</summary>
internal sealed class RestoreCommand
{
    private readonly StoreOptions _store = new();
    private readonly Option<string?> _from = new("--from") { HelpName = "FILE", Description = "A file that backup wrote, of the same store." };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON document on stdout." };

    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        var options = new RestoreCommand();
        var command = new CheckedCommand("restore", "Replaces a store's contents by those of a backup; no number of a row is ever given twice.", (parsed, problems) => options.Read(parsed, problems));
        options._store.AddTo(command);
        command.Options.Add(options._from);
        command.Options.Add(options._json);
        command.SetAction(parsed => options.Run(terminal, parsed.CommandResult));
        return command;
    }

    private int Run(Terminal terminal, CommandResult parsed)
    {
        var problems = new Problems();
        var (choice, path) = Read(parsed, problems);
        problems.ThrowIfAny();
        using var store = choice!.Open(terminal.Clock, notice => terminal.Error.WriteLine($"rapidtuner: telemetry: {notice.Message}"));
        store.Restore(path!);
        Report.File(terminal, parsed.GetValue(_json), "restored", path!, choice.Kind);
        return ExitCode.Done;
    }

    private (StoreChoice? Choice, string? Path) Read(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        var choice = _store.Read(given, problems);
        var path = given.Text(_from);
        if (path is null)
        {
            problems.Add("--from", "is missing", "name a file that backup wrote");
        }
        else if (!File.Exists(path))
        {
            problems.Add("--from", $"`{path}` is not there", "name a file that backup wrote");
        }

        return (choice, path);
    }
}
