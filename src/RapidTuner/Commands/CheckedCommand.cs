using System.CommandLine;
using System.CommandLine.Parsing;
using RapidTuner.Core.Errors;

namespace RapidTuner.Commands;

/// <summary>
/// A command that can say what is wrong with its arguments without running, so that a line that the parser refuses still
/// tells every other mistake.
/// </summary>
internal sealed class CheckedCommand(string name, string description, Action<CommandResult, Problems> check) : Command(name, description)
{
    /// <summary>Adds what is wrong with a command line to the problems.</summary>
    public void Check(CommandResult parsed, Problems problems) => check(parsed, problems);
}
