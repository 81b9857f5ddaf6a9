using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using RapidTuner.Core.Errors;
using RapidTuner.Security;
using RapidTuner.Serving;

namespace RapidTuner.Commands;

/// <summary><c>keys create|list|revoke</c>: API keys of a data folder (CONTRACT §2).</summary>
internal static class KeysCommand
{
    private const int NameCharsMax = 100;

    public static Command Build(Terminal terminal) => new("keys", "API keys of a data folder: a key is shown once, and kept as a hash.")
    {
        Create(terminal), List(terminal), Revoke(terminal),
    };

    private static Command Create(Terminal terminal)
    {
        var name = new Option<string>("--name") { Description = "what to call it (default key)", DefaultValueFactory = _ => "key" };
        var scope = new Option<string>("--scope") { Description = "read or admin (default read)", DefaultValueFactory = _ => "read" };
        var (data, json) = Common();
        var command = new Command("create", "Make a key and show it, this once.") { name, scope, data, json };
        command.SetAction(async (parsed, _) =>
        {
            var (folder, called) = (parsed.GetValue(data)!, parsed.GetValue(name)!);
            var found = new Problems();
            if (!Enum.TryParse<KeyScope>(parsed.GetValue(scope), ignoreCase: true, out var granted) || !Enum.IsDefined(granted) || char.IsAsciiDigit(parsed.GetValue(scope)![0]))
            {
                found.Add("--scope", $"{parsed.GetValue(scope)} is not a scope", "known: read, admin");
            }

            if (called.Length is 0 or > NameCharsMax || called.Any(char.IsControl))
            {
                found.Add("--name", "is not a name", $"give 1 to {NameCharsMax} printable characters");
            }

            CheckFolder(folder, found);
            found.ThrowIfAny();
            var keys = KeyFile.Read(folder);
            if (keys.Count >= KeyFile.KeysMax)
            {
                throw new BadInputException("keys create", $"there are {keys.Count} keys already", "revoke some first");
            }

            var text = KeyText.New();
            var id = Convert.ToHexStringLower(KeyText.HashOf("id" + text))[..8];
            KeyFile.Write(folder, [.. keys, new ApiKey(id, called, granted, Convert.ToHexStringLower(KeyText.HashOf(text)), terminal.Clock.GetUtcNow().ToUnixTimeSeconds())]);
            if (parsed.GetValue(json))
            {
                var made = new JsonObject { ["id"] = id, ["name"] = called, ["scope"] = ScopeName(granted), ["key"] = text };
                await terminal.Out.WriteLineAsync(made.ToJsonString());
            }
            else
            {
                await terminal.Error.WriteLineAsync($"rapidtuner: key {id} ({called}, {ScopeName(granted)}); it is not shown again:");
                await terminal.Out.WriteLineAsync(text);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command List(Terminal terminal)
    {
        var (data, json) = Common();
        var command = new Command("list", "List the keys, without their text.") { data, json };
        command.SetAction(async (parsed, _) =>
        {
            var keys = KeyFile.Read(parsed.GetValue(data)!);
            if (parsed.GetValue(json))
            {
                var rows = keys.Select(k => new { k.Id, k.Name, Scope = ScopeName(k.Scope), k.CreatedS });
                await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(new { Keys = rows }, Http.StatePage.Json));
                return ExitCode.Done;
            }

            foreach (var key in keys)
            {
                await terminal.Out.WriteLineAsync($"{key.Id}  {ScopeName(key.Scope),-5}  {DateTimeOffset.FromUnixTimeSeconds(key.CreatedS):yyyy-MM-dd HH:mm:ss}  {key.Name}");
            }

            if (keys.Count == 0)
            {
                await terminal.Error.WriteLineAsync("rapidtuner: no keys; `rapidtuner keys create` makes one");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Revoke(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "id of the key, as `keys list` shows it" };
        var (data, json) = Common();
        var command = new Command("revoke", "Revoke a key: a running service refuses it within a second.") { id, data, json };
        command.SetAction(async (parsed, _) =>
        {
            var (folder, which) = (parsed.GetValue(data)!, parsed.GetValue(id)!);
            var keys = KeyFile.Read(folder);
            if (keys.All(k => k.Id != which))
            {
                throw new BadInputException("keys revoke", $"there is no key {which}", keys.Count == 0 ? "there are no keys in this folder" : $"known: {string.Join(", ", keys.Select(k => k.Id))}");
            }

            KeyFile.Write(folder, [.. keys.Where(k => k.Id != which)]);
            if (parsed.GetValue(json))
            {
                await terminal.Out.WriteLineAsync(new JsonObject { ["revoked"] = which }.ToJsonString());
            }
            else
            {
                await terminal.Error.WriteLineAsync($"rapidtuner: key {which} is revoked");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string ScopeName(KeyScope scope) => scope.ToString().ToLowerInvariant();

    private static (Option<string> Data, Option<bool> Json) Common() => (
        new Option<string>("--data") { Description = "data folder (default ./data)", DefaultValueFactory = _ => new ServeOptions().Data },
        new Option<bool>("--json") { Description = "one JSON document on stdout" });

    private static void CheckFolder(string folder, Problems found)
    {
        if (File.Exists(folder))
        {
            found.Add("--data", $"`{folder}` is a file", "give a folder; it is made when missing");
        }
    }
}
