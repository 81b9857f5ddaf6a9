using System.CommandLine;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Profiling;
using RapidTuner.Profiling;
using RapidTuner.Tables;

namespace RapidTuner.Commands;

/// <summary><c>profile</c>: measures step latency against the share of units, alone and together.</summary>
internal static class ProfileCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        ProfileArguments? arguments = null;
        var command = new CheckedCommand(
            "profile", "Measures a step's latency against its share of the device, alone and beside the other phase.", (parsed, problems) => arguments!.Read(parsed, problems));
        arguments = new ProfileArguments(command);
        command.SetAction((parsed, cancel) =>
        {
            var problems = new Problems();
            var asked = arguments.Read(parsed.CommandResult, problems);
            problems.ThrowIfAny();
            return Task.FromResult(Run(terminal, asked!, cancel));
        });
        return command;
    }

    private static int Run(Terminal terminal, ProfileRequest asked, CancellationToken cancel)
    {
        ProfileSummary summary;
        try
        {
            var (meter, grid) = ProfileEngines.Open(asked, terminal.Clock);
            using (meter)
            using (var file = new ProfileFile(asked.OutPath, meter))
            {
                var plan = grid.Points(meter.AllowedUnits, asked.Seed);
                using var progress = new ProfileProgressBar(terminal, asked.Budget);
                summary = Profiler.Run(meter, plan, file, asked.Budget, terminal.Clock, progress.Told, cancel);
            }
        }
        catch (GpuException failure)
        {
            terminal.Error.WriteLine($"rapidtuner: {failure.Message}");
            return ExitCode.Failed;
        }

        var json = ProfileTable.ToJson(summary);
        File.WriteAllText(Path.ChangeExtension(asked.OutPath, ".summary.json"), json + "\n");
        if (asked.Json)
        {
            terminal.Out.WriteLine(json);
        }
        else
        {
            ProfileTable.Write(summary, terminal.Out);
        }

        return summary.Rows > 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
