using System.CommandLine;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Recording;
using RapidTuner.Tables;

namespace RapidTuner.Commands;

/// <summary><c>replay</c>: a trace through policies.</summary>
internal static class ReplayCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        ReplayArguments? arguments = null;
        var command = new CheckedCommand("replay", "Replays a trace through policies and scores them.", (parsed, problems) => arguments!.Read(parsed, problems, refused: true));
        arguments = new ReplayArguments(command, terminal.Clock);
        command.SetAction((parsed, cancel) => Task.FromResult(Run(terminal, arguments, parsed.CommandResult, cancel)));
        return command;
    }

    private static int Run(Terminal terminal, ReplayArguments arguments, System.CommandLine.Parsing.CommandResult parsed, CancellationToken cancel)
    {
        var problems = new Problems();
        var asked = arguments.Read(parsed, problems);
        problems.ThrowIfAny();
        var scene = asked!.Resolve(note => terminal.Error.WriteLine(note));
        using var log = asked.Store is { } store ? new ReplayLog(store, asked.StepSampling, scene, asked.Options.Tier, terminal) : null;
        using var progress = new ReplayProgressBar(terminal);
        var report = new ReplayRunner(terminal.Clock, progress.Show).Run(scene, asked.Options with { Log = log }, cancel);
        progress.Clear();
        if (asked.Json)
        {
            terminal.Out.WriteLine(report.ToJson());
        }
        else
        {
            ReplayTable.Write(report, terminal.Out);
        }

        return ExitCode.Done;
    }
}
