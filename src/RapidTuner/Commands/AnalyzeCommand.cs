using System.CommandLine;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Analysis;
using RapidTuner.Evaluation.Analysis.Writing;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;
using RapidTuner.Tables;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;
using RapidTuner.Training;

namespace RapidTuner.Commands;

/// <summary><c>analyze</c>: what a log says of the policy that made it.</summary>
internal static class AnalyzeCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        AnalyzeArguments? arguments = null;
        var command = new CheckedCommand("analyze", "Reads a log and says what its policy did, and what another would have done.", (parsed, problems) => arguments!.Read(parsed, problems));
        arguments = new AnalyzeArguments(command);
        command.SetAction((parsed, cancel) =>
        {
            var problems = new Problems();
            var asked = arguments.Read(parsed.CommandResult, problems);
            problems.ThrowIfAny();
            return Task.FromResult(Run(terminal, asked!, cancel));
        });
        return command;
    }

    private static int Run(Terminal terminal, AnalyzeRequest asked, CancellationToken cancel)
    {
        AnalysisReport report;
        try
        {
            using var store = asked.Store.Open(terminal.Clock, readOnly: true);
            using var progress = new PartProgressBar(terminal);
            report = new LogAnalysis(asked.Options, progress.Told).Run(store, run => SiteOf(asked, run, terminal), cancel);
        }
        catch (StoreException unreadable)
        {
            throw new BadInputException("--data", unreadable.Message, "give a folder whose store can be read");
        }

        if (asked.OutPath is { } path)
        {
            using var file = new StreamWriter(path);
            Write(report, asked.Format, file);
        }
        else
        {
            Write(report, asked.Format, terminal.Out);
        }

        return ExitCode.Done;
    }

    private static void Write(AnalysisReport report, string format, TextWriter to)
    {
        switch (format)
        {
            case "json":
                to.WriteLine(AnalysisJson.Of(report));
                break;
            case "csv":
                AnalysisCsv.Write(report, to);
                break;
            default:
                AnalysisHtml.Write(report, to);
                break;
        }
    }

    private static LogSite? SiteOf(AnalyzeRequest asked, RunRecord run, Terminal terminal) =>
        asked.Catalogue.FindDevice(run.Device) is { } device && asked.Catalogue.FindModel(run.Model) is { } model
            ? SiteOf(asked, run, device, model, terminal)
            : null;

    // A run that does not say what it ran on is taken for one device under the usual stack.
    private static LogSite SiteOf(AnalyzeRequest asked, RunRecord run, DeviceSpec device, ModelSpec model, Terminal terminal)
    {
        var stack = asked.Stack ?? asked.Catalogue.FindStack(run.Stack) ?? asked.Catalogue.Stack(PredictRequest.DefaultStack);
        var tensorParallel = run.TensorParallel is { } said && model.Supports(said) ? said : 1;
        return new LogSite(device, model, stack) { TensorParallel = tensorParallel, Champions = [.. Champions(asked, LatencyScenes.Of(device, model, tensorParallel, stack.Name), terminal)] };
    }

    // The model in office beside the data, and the one that travels with the program.
    private static IEnumerable<LatencyChampion> Champions(AnalyzeRequest asked, LatencyScene scene, Terminal terminal)
    {
        void Tell(string note) => terminal.Error.WriteLine($"rapidtuner: {note}");
        var own = new ChampionStore(new ModelRegistry(asked.Store.Folder, terminal.Clock, Tell), ModelFolder.Shipped, Tell).Find(scene);
        var shipped = new ChampionStore(null, ModelFolder.Shipped, Tell).Find(scene);
        return own.Id == shipped.Id ? [own] : [own, shipped];
    }
}
