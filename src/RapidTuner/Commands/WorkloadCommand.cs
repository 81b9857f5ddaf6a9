using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Workloads;
using RapidTuner.Evaluation.Workloads.Describing;
using RapidTuner.Evaluation.Workloads.Fitting;
using RapidTuner.Evaluation.Workloads.Specs;
using RapidTuner.Tables;

namespace RapidTuner.Commands;

/// <summary><c>workload</c>: fit a spec to a trace, generate a trace of a spec, describe either.</summary>
internal static class WorkloadCommand
{
    private const string AnyWorkload = "A trace in any known format, a ServeGen folder, a workload spec, or the name of a bundled spec.";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        var command = new Command("workload", "Fits, generates and describes workloads.");
        command.Subcommands.Add(Fit(terminal));
        command.Subcommands.Add(Generate(terminal));
        command.Subcommands.Add(Describe(terminal));
        return command;
    }

    private static Command Fit(Terminal terminal)
    {
        var source = new Argument<string>("F") { Description = "The trace." };
        var to = Out("Spec to write, JSON.");
        var name = Text("--name", "Name of the spec. Default: that of the file to write.");
        var description = Text("--description", "What kind of load it is, in a sentence.");
        var alias = new Option<string[]>("--alias") { Description = "Another name; may be given several times." };
        var sloClass = Text("--slo-class", "What its users wait for: interactive, reasoning, agent or batch. Default interactive.");
        var data = Text("--source", "The data set that the trace is from.");
        var licence = Text("--licence", "Licence of the data.");
        var attribution = Text("--attribution", "Who is to be named for the data.");
        var command = new Command("fit", "Fits a spec to a trace: statistics, none of its rows.") { source, to, name, description, alias, sloClass, data, licence, attribution };
        command.SetAction(parsed =>
        {
            var path = OutputPath(parsed.GetValue(to)!);
            var trace = WorkloadSource.Load(parsed.GetValue(source)!, 1, terminal.Error.WriteLine);
            var about = new SpecSource
            {
                Data = parsed.GetValue(data) ?? "",
                Licence = parsed.GetValue(licence) ?? "",
                Attribution = parsed.GetValue(attribution) ?? "",
                Changes = "statistics of the trace (rate curve, gaps, lengths); none of its rows",
            };
            var spec = SpecFitter.Fit(trace, new FitOptions
            {
                Name = parsed.GetValue(name) ?? Path.GetFileNameWithoutExtension(path),
                Description = parsed.GetValue(description) ?? "",
                Aliases = parsed.GetValue(alias) ?? [],
                SloClass = SpecFile.KnownSloClass(parsed.GetValue(sloClass) ?? "interactive", "--slo-class"),
                Source = about.Data.Length + about.Licence.Length + about.Attribution.Length == 0 ? null : about,
            });
            File.WriteAllText(path, SpecFile.Write(spec));
            terminal.Out.WriteLine($"{path}: fitted to {trace.Requests.Length} requests over {trace.SpanS:F1} s");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Generate(Terminal terminal)
    {
        var source = new Argument<string>("S") { Description = "A workload spec, or the name of a bundled one." };
        var to = Out("Trace to write: canonical CSV, packed when its name ends with .gz.");
        var seed = Text("--seed", "Seed. Default 1.");
        var command = new Command("generate", "Generates the trace of a spec.") { source, to, seed };
        Check(command, parsed => Seed(parsed, seed));
        command.SetAction(parsed =>
        {
            var path = OutputPath(parsed.GetValue(to)!);
            var trace = TraceGenerator.Generate(WorkloadSource.LoadSpec(parsed.GetValue(source)!), Seed(parsed.CommandResult, seed));
            CanonicalCsv.Write(trace, path);
            terminal.Out.WriteLine($"{path}: {trace.Requests.Length} requests over {trace.SpanS:F1} s");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Describe(Terminal terminal)
    {
        var source = new Argument<string>("F") { Description = AnyWorkload };
        var against = Text("--against", "Compares with this workload by two-sample tests.");
        var seed = Text("--seed", "Seed of a spec's trace. Default 1.");
        var json = new Option<bool>("--json") { Description = "One JSON document on stdout." };
        var command = new Command("describe", "Describes a workload: counts, rates, variation, lengths.") { source, against, seed, json };
        Check(command, parsed => Seed(parsed, seed));
        command.SetAction(parsed =>
        {
            var seedValue = Seed(parsed.CommandResult, seed);
            var trace = WorkloadSource.Load(parsed.GetValue(source)!, seedValue, terminal.Error.WriteLine);
            var summary = TraceSummary.Of(trace);
            var other = parsed.GetValue(against) is { } path ? WorkloadSource.Load(path, seedValue, terminal.Error.WriteLine) : null;
            var comparison = other is null ? null : TraceComparison.Of(trace, other);
            if (parsed.GetValue(json))
            {
                terminal.Out.WriteLine(Document(summary, other?.Name, comparison));
            }
            else
            {
                WorkloadTable.Write(summary, other?.Name, comparison, terminal.Out);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string Document(TraceSummary summary, string? otherName, TraceComparison? comparison)
    {
        var document = JsonSerializer.SerializeToNode(summary)!.AsObject();
        if (comparison is not null)
        {
            var tests = JsonSerializer.SerializeToNode(comparison)!.AsObject();
            tests.Insert(0, "workload", otherName);
            document["against"] = tests;
        }

        return document.ToJsonString(Indented);
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };

    private static Option<string?> Out(string description) => new("--out") { Description = description, Required = true, HelpName = "FILE" };

    private static void Check(Command command, Action<CommandResult> read) => command.Validators.Add(result =>
    {
        try
        {
            read(result);
        }
        catch (BadInputException bad)
        {
            result.AddError(bad.Message);
        }
    });

    private static ulong Seed(CommandResult parsed, Option<string?> option)
    {
        var problems = new Problems();
        var seed = new GivenOptions(parsed, problems).Seed(option);
        problems.ThrowIfAny();
        return seed;
    }

    private static string OutputPath(string path) =>
        Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) && !Directory.Exists(path)
            ? path
            : throw new BadInputException("--out", $"`{path}` cannot be written: its folder is missing, or it is one", "give a file in a folder that exists");
}
