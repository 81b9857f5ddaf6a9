using System.CommandLine;
using System.CommandLine.Parsing;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Profiling;

namespace RapidTuner.Commands;

/// <summary>The options of <c>profile</c> and what they mean (CONTRACT §2).</summary>
internal sealed class ProfileArguments
{
    private const int BudgetDefaultS = 1500;

    private readonly Option<string?> _engine = Text("--engine", string.Join('|', ProfileEngines.Names), "Backend whose steps are timed.");
    private readonly Option<string?> _out = Text("--out", "FILE", "Table to write (CSV, calibration format); a run that was broken off goes on there.");
    private readonly Option<string?> _device = Text("--device", "D", "The device's name in the catalogue. Default: found by the driver's name.");
    private readonly Option<string?> _model = Text("--model", "M", "Model whose shapes are measured. Default llama-3.1-8b for gpu, the generated tiny-random for cpu.");
    private readonly Option<string?> _modelPath = Text("--model-path", "DIR", "Checkpoint whose steps are measured on cpu.");
    private readonly Option<string?> _weights = Text("--weights", "fp32|bf16|int8", "How cpu holds weights. Default bf16.");
    private readonly Option<string?> _ordinal = Text("--gpu", "N", "Which of several GPUs, by `doctor`'s number. Default 0.");
    private readonly Option<string?> _budget = Text("--budget", "SECONDS", $"No point is begun after this. Default {BudgetDefaultS}.");
    private readonly Option<string?> _seed = Text("--seed", "N", "Seed of the order in which points are measured. Default 1.");
    private readonly Option<string?> _models = Text("--models", "DIR", "A further folder of devices, models and stacks.");
    private readonly Option<bool> _json = new("--json") { Description = "The summary as one JSON document on stdout." };

    /// <summary>Adds the options to a command.</summary>
    public ProfileArguments(Command command)
    {
        Option[] all = [_engine, _out, _device, _model, _modelPath, _weights, _ordinal, _budget, _seed, _models, _json];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads a command line; null when anything is wrong with it, which then stands in <paramref name="problems"/>.</summary>
    public ProfileRequest? Read(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        var engine = given.Text(_engine);
        if (engine is null)
        {
            problems.Add("--engine", "is missing", $"give {string.Join(" or ", ProfileEngines.Names)}");
        }
        else if (!ProfileEngines.Names.Contains(engine, StringComparer.OrdinalIgnoreCase))
        {
            problems.Add("--engine", $"this version cannot profile `{engine}`", $"give {string.Join(" or ", ProfileEngines.Names)}");
        }

        if (given.Text(_out) is null)
        {
            problems.Add("--out", "is missing", "name the table to write");
        }

        var path = given.OutputFile(_out);
        var ordinal = given.Whole(_ordinal, 0, 0, 255);
        var budget = given.Number(_budget, BudgetDefaultS, 0, 1e7);
        var seed = given.Seed(_seed);
        var catalogue = given.Try(() => given.Text(_models) is { } folder ? SpecCatalogue.Open(folder) : SpecCatalogue.Open());
        var device = given.Try(() => given.Text(_device) is { } name ? catalogue?.Device(name) : null);
        var cpu = string.Equals(engine, "cpu", StringComparison.OrdinalIgnoreCase);
        var model = cpu ? null : given.Try(() => given.Text(_model) is { } name ? catalogue?.Model(name) : null);
        return catalogue is null || problems.Any
            ? null
            : new ProfileRequest(engine!.ToLowerInvariant(), path!, catalogue, device, model, cpu ? given.Text(_model) : null, given.Text(_modelPath) ?? "", given.Text(_weights) ?? "bf16", ordinal, TimeSpan.FromSeconds(budget), seed, parsed.GetValue(_json));
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };
}
