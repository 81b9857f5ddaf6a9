using System.CommandLine;
using System.Reflection;
using RapidTuner.Commands;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;

namespace RapidTuner;

/// <summary>The program's commands, and what becomes of their errors.</summary>
public static class CommandTree
{
    private const string HelpHint = "`rapidtuner --help` lists what there is";

    /// <summary>Version and commit of this build, such as <c>0.1.0+abc123</c>.</summary>
    public static string Version { get; } =
        typeof(CommandTree).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>Parses and runs one command line.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        Edition.Open();
        if (args is ["--version"])
        {
            await terminal.Out.WriteLineAsync(VersionLine());
            return ExitCode.Done;
        }

        var root = Root(terminal);
        if (args is [{ Length: > 0 } name, ..] && name[0] is not '-' and not '[' && root.Subcommands.All(c => c.Name != name))
        {
            var names = root.Subcommands.Select(c => c.Name).ToArray();
            await terminal.Error.WriteLineAsync(
                $"{name}: this version has no such command; it has {string.Join(", ", names)}; the nearest is {Spelling.Nearest(name, names)}; {HelpHint}");
            return ExitCode.BadInput;
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await TellAsync(parsed, terminal.Error);
            return ExitCode.BadInput;
        }

        try
        {
            var configuration = new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(configuration);
        }
        catch (BadInputException bad)
        {
            await terminal.Error.WriteLineAsync(bad.Message);
            return ExitCode.BadInput;
        }
        catch (OperationCanceledException)
        {
            await terminal.Error.WriteLineAsync("rapidtuner: cancelled");
            return ExitCode.Failed;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync($"rapidtuner: {failure.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>What the parser refused, and whatever else is wrong with the line.</summary>
    private static async Task TellAsync(ParseResult parsed, TextWriter to)
    {
        foreach (var error in parsed.Errors)
        {
            await to.WriteLineAsync($"rapidtuner: {error.Message.TrimEnd('.')}; {HelpHint}");
        }

        if (parsed.CommandResult.Command is CheckedCommand command)
        {
            var others = new Problems();
            command.Check(parsed.CommandResult, others);
            if (others.Any)
            {
                await to.WriteLineAsync(new BadInputException(others).Message);
            }
        }
    }

    private static RootCommand Root(Terminal terminal)
    {
        // One line a command; each lives in a file of its own under Commands/.
        var root = new RootCommand("Learns how to split one GPU between LLM prefill and decode, and moves the split before the load moves.");
        foreach (var command in Commands(terminal))
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    private static IEnumerable<Command> Commands(Terminal terminal)
    {
        yield return ReplayCommand.Build(terminal);
        yield return CalibrateCommand.Build(terminal);
        yield return LearnCommand.Build(terminal);
        yield return EvaluateCommand.Build(terminal);
        yield return PredictCommand.Build(terminal);
        yield return TrainCommand.Build(terminal);
        yield return ModelsCommand.Build(terminal);
        yield return WorkloadCommand.Build(terminal);
        yield return ServeCommand.Build(terminal);
        yield return ExportCommand.Build(terminal);
        yield return ImportCommand.Build(terminal);
        yield return BackupCommand.Build(terminal);
        yield return RestoreCommand.Build(terminal);
        yield return ProfileCommand.Build(terminal);
        yield return DoctorCommand.Build(terminal);
        yield return AnalyzeCommand.Build(terminal);
        yield return PolicyCommand.Build(terminal);
        yield return ConfigCommand.Build(terminal);
        yield return KeysCommand.Build(terminal);
    }

    private static string VersionLine()
    {
        var plus = Version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0
            ? $"rapidtuner {Version} ({Edition.Name} edition, commit unknown)"
            : $"rapidtuner {Version[..plus]} ({Edition.Name} edition, commit {Version[(plus + 1)..]})";
    }
}
