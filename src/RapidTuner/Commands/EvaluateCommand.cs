using System.CommandLine;
using System.CommandLine.Parsing;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.OffPolicy;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Learning.OffPolicy;
using RapidTuner.Recording;

namespace RapidTuner.Commands;

/// <summary><c>evaluate</c>: scores a policy from logs, without running it.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string?> Data = Text("--data", "DIR", "Folder of the store that holds the log.");
    private static readonly Option<string?> Store = Text("--store", "sqlite|litedb|postgres", "Which store. Default: what the folder holds.");
    private static readonly Option<string?> Policy = Text("--policy", "P", "A rule, or a candidate of the logged plans.");
    private static readonly Option<string?> Run = Text("--run", "N", "Run whose workload is replayed. Default the latest with requests.");
    private static readonly Option<string?> Slo = Text("--slo", "TIER", "paper, middle or tight, of the replay. Default: what is nearest to the log's limits.");
    private static readonly Option<string?> Models = Text("--models", "DIR", "A further folder of devices and models.");
    private static readonly Option<string?> Seed = Text("--seed", "N", "Seed of the intervals. Default 1.");
    private static readonly Option<bool> AsJson = new("--json") { Description = "One JSON document on stdout." };

    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        var command = new CheckedCommand("evaluate", "Scores a policy from logs, without running it.", (parsed, problems) => Read(parsed, problems));
        foreach (var option in new Option[] { Data, Store, Policy, Run, Slo, Models, Seed, AsJson })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancel) => Task.FromResult(Evaluate(terminal, parsed.CommandResult, cancel)));
        return command;
    }

    private static EvaluateRequest? Read(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        var policy = given.Text(Policy)?.ToLowerInvariant();
        if (policy is null)
        {
            problems.Add(Policy.Name, "is missing", "name a rule such as rapid, or a candidate of the logged plans");
        }

        var folder = given.Text(Data);
        if (folder is null)
        {
            problems.Add(Data.Name, "is missing", "name the data folder of `serve` or `replay --data`");
        }

        var store = folder is null ? null : StoreChoice.OfExisting(given.Text(Store), folder, problems);
        var catalogue = given.Try(() => given.Text(Models) is { } more ? SpecCatalogue.Open(more) : SpecCatalogue.Open());
        long? run = given.Text(Run) is null ? null : given.Whole(Run, 1, 1, int.MaxValue);
        var tier = given.OneOf<SloTier?>(Slo, null, ("paper", SloTier.Paper), ("middle", SloTier.Middle), ("tight", SloTier.Tight));
        var seed = given.Seed(Seed);
        return problems.Any ? null : new EvaluateRequest(store!, policy!, run, tier, catalogue!, seed, given.Flag(AsJson));
    }

    private static int Evaluate(Terminal terminal, CommandResult parsed, CancellationToken cancel)
    {
        var problems = new Problems();
        var asked = Read(parsed, problems);
        problems.ThrowIfAny();
        using var store = asked!.Store.Open(terminal.Clock, notice => terminal.Error.WriteLine($"rapidtuner: {notice.Message}"), readOnly: true);
        var evaluation = new PolicyEvaluation(asked.Catalogue);
        var report = evaluation.Run(store, asked.Policy, asked.Run, asked.Tier, new OffPolicyOptions { Seed = asked.Seed }, cancel);
        if (asked.Json)
        {
            terminal.Out.WriteLine(report.ToJson());
        }
        else
        {
            Write(report, terminal.Out);
        }

        return ExitCode.Done;
    }

    private static void Write(PolicyReport report, TextWriter to)
    {
        to.WriteLine($"run {report.Run}: {report.Model} on {report.Device} under {report.LoggedPolicy}, {report.Requests} requests ({report.LeftOut} left out of the replay), attainment {Percent(report.LoggedAttainment)}");
        to.WriteLine("what if, by replay in the twin:");
        foreach (var row in report.WhatIf)
        {
            to.WriteLine($"  {row.Policy,-24} attainment {Percent(row.Attainment)}{(row.Low is { } low ? $", 95 % interval over blocks {Percent(low)} to {Percent(row.High)}" : "")}");
        }

        to.WriteLine($"off-policy, from {report.Plans} plans of {report.Runs} runs ({(report.Deterministic ? "no chance in the log: fitted values only" : "chance in the log")}), logged {Rate(report.LoggedRateRps)}:");
        foreach (var row in report.OffPolicy)
        {
            var answer = row.RateRps is null
                ? Estimate.InsufficientText
                : $"{Rate(row.RateRps)}, 90 % interval {row.LowRps:F3} to {row.HighRps:F3}{(row.Support == Support.ModelOnly ? ", by a fitted model alone" : "")}";
            to.WriteLine($"  {row.Method,-6} {answer}; effective sample {row.EffectiveSamples:F1}");
        }

        if (report.OffPolicy.Count == 0)
        {
            to.WriteLine($"  {Estimate.InsufficientText}: no logged plan knows this policy");
        }
    }

    private static string Percent(double? share) => share is { } s ? s.ToString("P1") : "-";

    private static string Rate(double? rps) => rps is { } r ? $"{r:F3} attained/s" : "-";

    private static Option<string?> Text(string name, string value, string description) => new(name) { HelpName = value, Description = description };
}
