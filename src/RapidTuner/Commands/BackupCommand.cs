using System.CommandLine;
using System.CommandLine.Parsing;
using RapidTuner.Core.Errors;
using RapidTuner.Recording;

namespace RapidTuner.Commands;

/// <summary><c>backup</c>: everything committed so far into one file, while the service runs.</summary>
internal sealed class BackupCommand
{
    private readonly StoreOptions _store = new();
    private readonly Option<string?> _out = new("--out") { HelpName = "FILE", Description = "The file to write; it must not exist." };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON document on stdout." };

    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        var options = new BackupCommand();
        var command = new CheckedCommand("backup", "Copies a store into one file while it is in use.", (parsed, problems) => options.Read(parsed, problems));
        options._store.AddTo(command);
        command.Options.Add(options._out);
        command.Options.Add(options._json);
        command.SetAction(parsed => options.Run(terminal, parsed.CommandResult));
        return command;
    }

    private int Run(Terminal terminal, CommandResult parsed)
    {
        var problems = new Problems();
        var (choice, path) = Read(parsed, problems);
        problems.ThrowIfAny();
        using var store = choice!.Open(terminal.Clock, readOnly: true);
        store.Backup(path!);
        Report.File(terminal, parsed.GetValue(_json), "backed up", path!, choice.Kind);
        return ExitCode.Done;
    }

    private (StoreChoice? Choice, string? Path) Read(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        var choice = _store.ReadExisting(given, problems);
        if (given.Text(_out) is null)
        {
            problems.Add("--out", "is missing", "name the file to write");
        }
        else if (File.Exists(given.Text(_out)))
        {
            problems.Add("--out", $"`{given.Text(_out)}` exists already", "give another name");
        }

        return (choice, given.OutputFile(_out));
    }
}
