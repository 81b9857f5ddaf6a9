using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using RapidTuner.Configuration;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Serving;

namespace RapidTuner.Commands;

/// <summary><c>config check|reference</c>: the service's configuration without the service.</summary>
internal static class ConfigCommand
{
    public static Command Build(Terminal terminal) => new("config", "The service's configuration: check it, or print the page of every key.") { Check(terminal), Reference(terminal) };

    private static Command Check(Terminal terminal)
    {
        var config = new Option<string?>("--config") { Description = "JSON file, as `serve --config` takes it; without it the environment alone is checked" };
        var json = new Option<bool>("--json") { Description = "one JSON document on stdout: the value of every key" };
        var models = new Option<string[]>("--models") { Description = "further folders of devices and models" };
        var command = new Command("check", "Check a configuration as `serve` would: all problems at once, exit 2 when there are any.") { config, json, models };
        command.SetAction(async (parsed, stop) =>
        {
            stop.ThrowIfCancellationRequested();
            var found = new Problems();
            var read = ServeConfig.Read(parsed.GetValue(config), ServeCommand.Variables(), found);
            _ = ServeAccess.Of(read, ServeCommand.BootstrapFile, found);
            _ = ServeSetup.Of(read.Options, SpecCatalogue.Open(parsed.GetValue(models) ?? []), found, terminal.Clock, read.Where);
            found.ThrowIfAny();
            if (parsed.GetValue(json))
            {
                var values = new JsonObject(ServeKeys.All.Select(k => KeyValuePair.Create(k.Name, (JsonNode?)JsonNode.Parse(k.Get(read.Options).GetRawText()))));
                await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(values));
                return ExitCode.Done;
            }

            foreach (var key in ServeKeys.All)
            {
                await terminal.Out.WriteLineAsync($"{key.Name,-18} {key.Get(read.Options).GetRawText()}{(read.Places.TryGetValue(key.Name, out var place) ? $"   ({place})" : "")}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Reference(Terminal terminal)
    {
        var command = new Command("reference", "Print the page of every key: default, range, example.");
        command.SetAction(async (_, _) =>
        {
            await terminal.Out.WriteAsync(ReferencePage.Text());
            return ExitCode.Done;
        });
        return command;
    }
}
