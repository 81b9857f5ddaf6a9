using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RapidTuner.Control.Policies;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Analysis;
using RapidTuner.Recording;

namespace RapidTuner.Commands;

/// <summary>The options of <c>analyze</c> and what they mean (CONTRACT §2).</summary>
internal sealed class AnalyzeArguments
{
    private readonly Option<string?> _data = Text("--data", "DIR", "Data folder of a service or a replay; it is only read.");
    private readonly Option<string?> _store = Text("--store", "KIND", "Which store the folder holds. Default: the one found there.");
    private readonly Option<string?> _out = Text("--out", "FILE", "Where the report goes. Default stdout.");
    private readonly Option<string?> _format = Text("--format", "html|json|csv", "Form of the report. Default html.");
    private readonly Option<string?> _whatIf = Text("--what-if", "N|full|none", "Blocks of ten minutes that other policies are replayed on. Default 24, drawn at random.");
    private readonly Option<string?> _policies = Text("--policy", "P[,P…]", "Policies of the what-if. Default those of the literature, static:0.5 and oracle.");
    private readonly Option<string?> _run = Text("--run", "N", "The run to look at. Default: the device and model with most requests.");
    private readonly Option<string?> _seed = Text("--seed", "N", "Seed of the drawing of blocks. Default 1.");
    private readonly Option<string?> _stack = Text("--stack", "S", "Host and launch cost of the engine that wrote the log. Default what the log says, else graphs.");
    private readonly Option<string?> _models = Text("--models", "DIR", "A further folder of devices, models and stacks.");

    /// <summary>Adds the options to a command.</summary>
    public AnalyzeArguments(Command command)
    {
        Option[] all = [_data, _store, _out, _format, _whatIf, _policies, _run, _seed, _stack, _models];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads a command line; null when anything is wrong with it, which then stands in <paramref name="problems"/>.</summary>
    public AnalyzeRequest? Read(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        if (given.Text(_data) is null)
        {
            problems.Add("--data", "is missing", "name the data folder of a service or a replay");
        }

        var store = given.Text(_data) is { } folder ? StoreChoice.OfExisting(given.Text(_store), folder, problems) : null;
        var path = given.OutputFile(_out);
        var format = given.OneOf(_format, "html", ("html", "html"), ("json", "json"), ("csv", "csv"));
        var policies = given.Try(() => given.Text(_policies) is { } list ? PolicyNames.Parse(list).Select(p => p.Equals(PolicyNames.Oracle, StringComparison.OrdinalIgnoreCase) ? PolicyNames.Oracle : PolicyNames.CheckPure(p, "--policy")).ToArray() : null);
        var run = given.Text(_run) is null ? (int?)null : given.Whole(_run, 1, 1, int.MaxValue);
        var catalogue = given.Try(() => given.Text(_models) is { } more ? SpecCatalogue.Open(more) : SpecCatalogue.Open());
        var stack = given.Try(() => given.Text(_stack) is { } named ? catalogue?.Stack(named) : null);
        var seed = given.Seed(_seed);
        var blocks = Blocks(given, problems);
        if (store is null || catalogue is null || problems.Any)
        {
            return null;
        }

        var options = new AnalysisOptions { Run = run, WhatIfBlocks = blocks, Seed = seed };
        return new AnalyzeRequest(store, path, format, policies is null ? options : options with { WhatIfPolicies = policies }, catalogue, stack);
    }

    private int Blocks(GivenOptions given, Problems problems)
    {
        switch (given.Text(_whatIf))
        {
            case null:
                return new AnalysisOptions().WhatIfBlocks;
            case "full":
                return int.MaxValue;
            case "none":
                return 0;
            case { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var blocks):
                return blocks;
            case { } text:
                problems.Add("--what-if", $"is `{text}`", "give a number of blocks, full or none");
                return 0;
        }
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };
}
