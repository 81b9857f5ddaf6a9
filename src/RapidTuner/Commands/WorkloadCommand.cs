using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;
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

    private static CheckedCommand Fit(Terminal terminal)
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
        var command = new CheckedCommand("fit", "Fits a spec to a trace: statistics, none of its rows.", (parsed, problems) => Read(parsed, problems)) { source, to, name, description, alias, sloClass, data, licence, attribution };
        command.SetAction(parsed =>
        {
            var problems = new Problems();
            var (path, trace, sloClassName) = Read(parsed.CommandResult, problems, terminal.Error.WriteLine);
            problems.ThrowIfAny();
            var about = new SpecSource
            {
                Data = parsed.GetValue(data) ?? "",
                Licence = parsed.GetValue(licence) ?? "",
                Attribution = parsed.GetValue(attribution) ?? "",
                Changes = "statistics of the trace (rate curve, gaps, lengths); none of its rows",
            };
            var spec = SpecFitter.Fit(trace!, new FitOptions
            {
                Name = parsed.GetValue(name) ?? Path.GetFileNameWithoutExtension(path),
                Description = parsed.GetValue(description) ?? "",
                Aliases = parsed.GetValue(alias) ?? [],
                SloClass = sloClassName!,
                Source = about.Data.Length + about.Licence.Length + about.Attribution.Length == 0 ? null : about,
            });
            File.WriteAllText(path!, SpecFile.Write(spec));
            terminal.Out.WriteLine($"{path}: fitted to {trace!.Requests.Length} requests over {trace.SpanS:F1} s");
            return ExitCode.Done;
        });
        return command;

        (string? Path, Trace? Trace, string? SloClass) Read(CommandResult parsed, Problems problems, Action<string>? note = null)
        {
            var given = new GivenOptions(parsed, problems);
            return (
                given.OutputFile(to),
                given.Try(() => given.Text(source) is { } from ? WorkloadSource.Load(from, 1, note) : null),
                given.Try(() => SpecFile.KnownSloClass(given.Text(sloClass) ?? "interactive", "--slo-class")));
        }
    }

    private static CheckedCommand Generate(Terminal terminal)
    {
        var source = new Argument<string>("S") { Description = "A workload spec, or the name of a bundled one." };
        var to = Out("Trace to write: canonical CSV, packed when its name ends with .gz.");
        var seed = Text("--seed", "Seed. Default 1.");
        var command = new CheckedCommand("generate", "Generates the trace of a spec.", (parsed, problems) => Read(parsed, problems)) { source, to, seed };
        command.SetAction(parsed =>
        {
            var problems = new Problems();
            var (path, spec, seedValue) = Read(parsed.CommandResult, problems);
            problems.ThrowIfAny();
            var trace = TraceGenerator.Generate(spec!, seedValue);
            CanonicalCsv.Write(trace, path!);
            terminal.Out.WriteLine($"{path}: {trace.Requests.Length} requests over {trace.SpanS:F1} s");
            return ExitCode.Done;
        });
        return command;

        (string? Path, WorkloadSpec? Spec, ulong Seed) Read(CommandResult parsed, Problems problems)
        {
            var given = new GivenOptions(parsed, problems);
            return (given.OutputFile(to), given.Try(() => given.Text(source) is { } from ? WorkloadSource.LoadSpec(from) : null), given.Seed(seed));
        }
    }

    private static CheckedCommand Describe(Terminal terminal)
    {
        var source = new Argument<string>("F") { Description = AnyWorkload };
        var against = Text("--against", "Compares with this workload by two-sample tests.");
        var seed = Text("--seed", "Seed of a spec's trace. Default 1.");
        var json = new Option<bool>("--json") { Description = "One JSON document on stdout." };
        var command = new CheckedCommand("describe", "Describes a workload: counts, rates, variation, lengths.", (parsed, problems) => Read(parsed, problems)) { source, against, seed, json };
        command.SetAction(parsed =>
        {
            var problems = new Problems();
            var (trace, other) = Read(parsed.CommandResult, problems, terminal.Error.WriteLine);
            problems.ThrowIfAny();
            var summary = TraceSummary.Of(trace!);
            var comparison = other is null ? null : TraceComparison.Of(trace!, other);
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

        (Trace? Trace, Trace? Other) Read(CommandResult parsed, Problems problems, Action<string>? note = null)
        {
            var given = new GivenOptions(parsed, problems);
            var seedValue = given.Seed(seed);
            return (
                given.Try(() => given.Text(source) is { } from ? WorkloadSource.Load(from, seedValue, note) : null),
                given.Try(() => given.Text(against) is { } from ? WorkloadSource.Load(from, seedValue, note) : null));
        }
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
}
