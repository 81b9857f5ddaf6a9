using System.CommandLine;
using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Commands;

/// <summary><c>predict</c>: a step's latency from the twin and, with its interval, from the champion.</summary>
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
            var champion = asked.Champion(terminal);
            terminal.Out.WriteLine(asked.Json ? Json(asked, twinS, champion) : Line(asked, twinS, champion));
            return ExitCode.Done;
        });
        return command;
    }

    private static string Json(PredictRequest asked, double twinS, LatencyChampion? champion)
    {
        var estimate = champion is null ? default : asked.Estimate(champion);
        return JsonSerializer.Serialize(new
        {
            twin_s = twinS,
            champion = champion is null ? null : new
            {
                p50_s = estimate.P50S, p95_s = estimate.P95S, low_s = estimate.LowS, high_s = estimate.HighS, model = champion.Id, kind = champion.Kind.ToString().ToLowerInvariant(),
            },
            units = asked.Units,
            beside_units = asked.BesideUnits,
        });
    }

    private static string Line(PredictRequest asked, double twinS, LatencyChampion? champion)
    {
        var line = $"twin {twinS * 1e3:G5} ms on {asked.Units} of {asked.Cost.Device.Units} units{(asked.BesideUnits > 0 ? $", beside {asked.BesideUnits}" : "")}";
        if (champion is null)
        {
            return line;
        }

        var estimate = asked.Estimate(champion);
        var scaled = champion.Kind == ChampionKind.Nearest ? ", scaled by datasheet" : "";
        return $"{line}\nchampion {estimate.P50S * 1e3:G5} ms, p95 {estimate.P95S * 1e3:G5} ms, 90 % within {estimate.LowS * 1e3:G5} to {estimate.HighS * 1e3:G5} ms ({champion.Id}{scaled})";
    }
}
