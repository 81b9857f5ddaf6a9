using System.CommandLine;
using System.Text.Json;
using RapidTuner.Core.Errors;

namespace RapidTuner.Commands;

/// <summary><c>predict</c>: a step's latency from the twin; from a champion too, where a registry holds one.</summary>
internal static class PredictCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        PredictArguments? arguments = null;
        var command = new CheckedCommand("predict", "Predicts how long a step takes, alone or beside the other phase.", (parsed, problems) => arguments!.Read(parsed, problems));
        arguments = new PredictArguments(command);
        command.SetAction(parsed =>
        {
            var problems = new Problems();
            var asked = arguments.Read(parsed.CommandResult, problems);
            problems.ThrowIfAny();
            var twinS = asked!.TwinS();
            terminal.Out.WriteLine(asked.Json
                ? JsonSerializer.Serialize(new { twin_s = twinS, champion = (object?)null, units = asked.Units, beside_units = asked.BesideUnits })
                : $"twin {twinS * 1e3:G5} ms on {asked.Units} of {asked.Cost.Device.Units} units{(asked.BesideUnits > 0 ? $", beside {asked.BesideUnits}" : "")}");
            return ExitCode.Done;
        });
        return command;
    }
}
