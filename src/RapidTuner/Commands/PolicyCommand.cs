using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Surrogates;

namespace RapidTuner.Commands;

/// <summary><c>policy show</c> and <c>policy diff</c>: policies as lists of rules, and where two of them differ.</summary>
internal static class PolicyCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        var command = new Command("policy", "Reads policies as rules, and compares them.");
        command.Subcommands.Add(Show(terminal));
        command.Subcommands.Add(Diff(terminal));
        return command;
    }

    private static CheckedCommand Show(Terminal terminal)
    {
        var policy = new Argument<string>("policy") { Description = "A policy, such as rapid or learned." };
        return Of("show", "A policy as a list of rules, with how well they say what it does.", [policy], (arguments, parsed) =>
        {
            var (study, names) = Read(arguments, parsed, [policy]);
            var rules = study.Show(names[0]);
            if (arguments.Json(parsed))
            {
                terminal.Out.WriteLine(JsonSerializer.Serialize(rules, Json));
                return;
            }

            terminal.Out.WriteLine($"{rules.Policy}: {rules.Situations} situations in which both phases had work; {rules.Attainment:P1} of the requests inside their SLO");
            Write(terminal.Out, "decode's share of the units", rules.DecodeRules, rules.DecodeFidelity);
            Write(terminal.Out, "prefill's share of the units", rules.PrefillRules, rules.PrefillFidelity);
        });
    }

    private static CheckedCommand Diff(Terminal terminal)
    {
        var a = new Argument<string>("a") { Description = "A policy." };
        var b = new Argument<string>("b") { Description = "Another." };
        return Of("diff", "Where two policies differ, and what that is worth.", [a, b], (arguments, parsed) =>
        {
            var (study, names) = Read(arguments, parsed, [a, b]);
            var difference = study.Compare(names[0], names[1]);
            if (arguments.Json(parsed))
            {
                terminal.Out.WriteLine(JsonSerializer.Serialize(difference, Json));
                return;
            }

            terminal.Out.WriteLine(
                $"{difference.A} and {difference.B} choose the same split in {difference.Same:P0} of {difference.Situations} situations that {difference.A} met; decode's share under {difference.B} is {difference.DecodeShareDifference * 100:+0.0;-0.0} points larger on average");
            terminal.Out.WriteLine($"inside the SLO: {difference.A} {difference.AttainmentA:P1}, {difference.B} {difference.AttainmentB:P1}");
            Write(terminal.Out, $"decode's share under {difference.B} minus that under {difference.A}", difference.Rules, null);
        });
    }

    private static CheckedCommand Of(string name, string description, Argument<string>[] names, Action<PolicyArguments, CommandResult> run)
    {
        PolicyArguments? arguments = null;
        var command = new CheckedCommand(name, description, (parsed, problems) => arguments!.Read(parsed, problems));
        foreach (var argument in names)
        {
            command.Arguments.Add(argument);
        }

        arguments = new PolicyArguments(command);
        command.SetAction(parsed =>
        {
            run(arguments, parsed.CommandResult);
            return ExitCode.Done;
        });
        return command;
    }

    private static (PolicyStudy Study, string[] Names) Read(PolicyArguments arguments, CommandResult parsed, Argument<string>[] policies)
    {
        var problems = new Problems();
        var names = policies.Select(p => parsed.GetValue(p)!).ToArray();
        foreach (var (name, argument) in names.Zip(policies))
        {
            new GivenOptions(parsed, problems).Try(() => Control.Policies.PolicyNames.CheckPure(name.ToLowerInvariant(), argument.Name));
        }

        var asked = arguments.Read(parsed, problems);
        problems.ThrowIfAny();
        return (new PolicyStudy(asked!.Value.Scene, asked.Value.Options), names);
    }

    private static void Write(TextWriter to, string what, IReadOnlyList<PolicyRule> rules, double? fidelity)
    {
        to.WriteLine();
        to.WriteLine(fidelity is { } share ? $"{what} (the rules explain {share:P0} of its variance on situations they were not read from)" : what);
        foreach (var rule in rules)
        {
            to.WriteLine($"  {rule.Share * 100,6:F1} %  {rule.Weight,5:P0} of the time  {(rule.Conditions.Count == 0 ? "always" : string.Join(" and ", rule.Conditions))}");
        }
    }
}
