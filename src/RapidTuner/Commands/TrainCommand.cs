using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Recording;
using RapidTuner.Training;

namespace RapidTuner.Commands;

/// <summary><c>train</c>: learns from a data folder's samples by hand what a scheduled job learns by itself.</summary>
internal sealed class TrainCommand
{
    private readonly Option<string?> _data = DataFolder.Option();
    private readonly Option<string?> _store = new("--store") { HelpName = "KIND", Description = "sqlite, litedb or postgres. Default: what the folder holds." };
    private readonly Option<string?> _models = new("--models") { HelpName = "DIR", Description = "A further folder of devices, models and stacks." };
    private readonly Option<string?> _only = new("--only") { HelpName = "TARGET", Description = "Train this alone: " + string.Join(", ", Trainables.All.Select(t => t.Target)) + "." };
    private readonly Option<string?> _seed = new("--seed") { HelpName = "N", Description = "Seed of every draw. Default 1." };
    private readonly Option<string?> _tensorParallel = new("--tp") { HelpName = "N", Description = "Devices that hold one copy of the model in runs that do not say. Default 1." };
    private readonly Option<string?> _halfLife = new("--half-life") { HelpName = "S", Description = "Age at which a sample counts half, seconds. Default: age does not matter." };
    private readonly Option<bool> _keep = new("--keep-champion") { Description = "Models that pass wait as challengers for `models promote`." };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON document on stdout." };

    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        var options = new TrainCommand();
        var command = new CheckedCommand("train", "Trains models from a data folder's samples; what passes its gate becomes champion.", (parsed, problems) => options.Read(parsed, problems));
        foreach (var option in new Option[] { options._data, options._store, options._models, options._only, options._seed, options._tensorParallel, options._halfLife, options._keep, options._json })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancel) => Task.FromResult(options.Run(parsed.CommandResult, terminal, cancel)));
        return command;
    }

    private int Run(CommandResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var problems = new Problems();
        var asked = Read(parsed, problems);
        problems.ThrowIfAny();
        void Tell(string note) => terminal.Error.WriteLine($"rapidtuner: {note}");
        var registry = DataFolder.Registry(asked!.Folder, terminal);
        using var store = asked.Store.Open(terminal.Clock, n => Tell(n.Message), readOnly: true);
        var scene = new TrainingScene
        {
            Store = store, Registry = registry, Catalogue = asked.Catalogue, Clock = terminal.Clock, Progress = Tell, Seed = asked.Seed,
            TensorParallel = asked.TensorParallel, HalfLifeS = asked.HalfLifeS,
        };
        var models = TrainingRun.Run(scene, Trainables.All.Where(t => asked.Only is null || t.Target == asked.Only), !asked.Keep, cancel);
        store.Dispose();
        ModelLedger.Follow(asked.Folder, registry, terminal.Clock, Tell);
        if (asked.Json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(new { trained = models.Select(ModelsTable.Row) }, ModelsTable.Json));
        }
        else
        {
            ModelsTable.Write(terminal.Out, models);
        }

        if (models.Count == 0)
        {
            Tell($"{asked.Folder} has nothing to train from: let `serve` or `replay --data {asked.Folder}` write samples first");
        }

        return models.Count == 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private Asked? Read(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        var folder = DataFolder.Read(given, _data, problems, required: true);
        var store = Directory.Exists(folder) ? StoreChoice.OfExisting(given.Text(_store), folder, problems) : null;
        var catalogue = given.Try(() => given.Text(_models) is { } more ? SpecCatalogue.Open(more) : SpecCatalogue.Open());
        var only = given.OneOf(_only, null, [.. Trainables.All.Select(t => (t.Target, (string?)t.Target))]);
        var asked = new Asked(
            folder, store!, catalogue!, only, given.Seed(_seed), given.Whole(_tensorParallel, 1, 1, 1024), given.Number(_halfLife, double.PositiveInfinity, 1e-3, double.MaxValue),
            given.Flag(_keep), given.Flag(_json));
        return problems.Any ? null : asked;
    }

    private sealed record Asked(string Folder, StoreChoice Store, SpecCatalogue Catalogue, string? Only, ulong Seed, int TensorParallel, double HalfLifeS, bool Keep, bool Json);
}
