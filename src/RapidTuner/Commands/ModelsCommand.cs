using System.CommandLine;
using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Registry;
using RapidTuner.Recording;

namespace RapidTuner.Commands;

/// <summary><c>models</c>: the registry of a data folder, and what is shipped.</summary>
internal static class ModelsCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        var command = new Command("models", "Lists the models of a data folder, shows one, changes which are used.");
        command.Subcommands.Add(List(terminal));
        command.Subcommands.Add(Show(terminal));
        command.Subcommands.Add(Change(terminal, "promote", "Makes a model champion.", (registry, id) => registry.Promote(id)));
        command.Subcommands.Add(Change(terminal, "rollback", "Puts the champion before a model's target and scope's present one back in office.", (registry, id) => registry.Rollback(id)));
        command.Subcommands.Add(Pin(terminal));
        return command;
    }

    private static Command List(Terminal terminal)
    {
        var (command, data, json) = Begin("list", "Lists every model with its status.");
        command.SetAction(parsed =>
        {
            var registry = Open(parsed, data, terminal);
            RegisteredModel[] models = [.. registry.List(), .. Shipped(terminal).Select(e => new RegisteredModel(e, ModelStatus.Shipped, false))];
            if (parsed.GetValue(json))
            {
                terminal.Out.WriteLine(JsonSerializer.Serialize(new { models = models.Select(ModelsTable.Row) }, ModelsTable.Json));
            }
            else
            {
                ModelsTable.Write(terminal.Out, models);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Terminal terminal)
    {
        var (command, data, json) = Begin("show", "Prints a model's card.");
        var id = Id(command);
        command.SetAction(parsed =>
        {
            var registry = Open(parsed, data, terminal);
            var name = parsed.GetRequiredValue(id);
            var own = registry.Folder.Find(name) is not null;
            var folder = own ? registry.Folder : ModelFolder.Shipped;
            var entry = folder.Find(name) ?? throw new BadInputException(name, "is no model of the data folder and none that is shipped", "`models list` shows what there is");
            var model = own ? registry.Get(name) : new RegisteredModel(entry, ModelStatus.Shipped, false);
            if (parsed.GetValue(json))
            {
                terminal.Out.WriteLine(JsonSerializer.Serialize(ModelsTable.Row(model), ModelsTable.Json));
            }
            else
            {
                terminal.Out.Write(ModelFolder.CardOf(entry));
                terminal.Out.WriteLine($"\nStatus: {model.Status.ToString().ToLowerInvariant()}{(model.Pinned ? ", pinned" : "")}.");
            }

            if (folder.ArtefactFault(entry) is { } fault)
            {
                terminal.Error.WriteLine($"rapidtuner: {fault}");
                return ExitCode.Failed;
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Change(Terminal terminal, string name, string description, Func<ModelRegistry, string, RegisteredModel> change)
    {
        var (command, data, json) = Begin(name, description);
        var id = Id(command);
        command.SetAction(parsed => Tell(terminal, parsed, json, data, change(Open(parsed, data, terminal), parsed.GetRequiredValue(id))));
        return command;
    }

    private static Command Pin(Terminal terminal)
    {
        var (command, data, json) = Begin("pin", "Makes a model champion and holds it in office whatever is trained; --off lets it go.");
        var id = Id(command);
        var off = new Option<bool>("--off") { Description = "Unpin it; it stays champion until another passes its gate." };
        command.Options.Add(off);
        command.SetAction(parsed => Tell(terminal, parsed, json, data, Open(parsed, data, terminal).Pin(parsed.GetRequiredValue(id), !parsed.GetValue(off))));
        return command;
    }

    private static int Tell(Terminal terminal, ParseResult parsed, Option<bool> json, Option<string?> data, RegisteredModel changed)
    {
        var registry = Open(parsed, data, terminal);
        var champion = registry.Champion(changed.Entry.Target, changed.Entry.Scope)?.Id;
        ModelLedger.Follow(parsed.GetValue(data) ?? DataFolder.Default, registry, terminal.Clock, note => terminal.Error.WriteLine($"rapidtuner: {note}"));
        terminal.Out.WriteLine(parsed.GetValue(json)
            ? JsonSerializer.Serialize(new { changed.Entry.Id, changed.Status, changed.Pinned, changed.Entry.Target, changed.Entry.Scope, champion }, ModelsTable.Json)
            : $"{changed.Entry.Id}: {changed.Status.ToString().ToLowerInvariant()}{(changed.Pinned ? ", pinned" : "")}; champion of {changed.Entry.Target} for {changed.Entry.Scope}: {champion ?? "none of your own, what is shipped is used"}");
        return ExitCode.Done;
    }

    private static IReadOnlyList<RegistryEntry> Shipped(Terminal terminal) => ModelFolder.Shipped.Entries(note => terminal.Error.WriteLine($"rapidtuner: {note}"));

    private static (Command Command, Option<string?> Data, Option<bool> Json) Begin(string name, string description)
    {
        var command = new Command(name, description);
        var data = DataFolder.Option();
        var json = new Option<bool>("--json") { Description = "One JSON document on stdout." };
        command.Options.Add(data);
        command.Options.Add(json);
        return (command, data, json);
    }

    private static Argument<string> Id(Command command)
    {
        var id = new Argument<string>("model") { Description = "Its name, as `models list` shows it." };
        command.Arguments.Add(id);
        return id;
    }

    private static ModelRegistry Open(ParseResult parsed, Option<string?> data, Terminal terminal)
    {
        var problems = new Problems();
        var folder = DataFolder.Read(new GivenOptions(parsed.CommandResult, problems), data, problems, required: false);
        problems.ThrowIfAny();
        return DataFolder.Registry(folder, terminal);
    }
}
