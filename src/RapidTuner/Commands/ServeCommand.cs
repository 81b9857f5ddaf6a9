using System.Collections;
using System.CommandLine;
using RapidTuner.Configuration;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Security;
using RapidTuner.Serving;

namespace RapidTuner.Commands;

/// <summary><c>serve</c>: the service (CONTRACT §2).</summary>
internal static class ServeCommand
{
    /// <summary>The file that a container's first key is in; null for none.</summary>
    public static string? BootstrapFile => Environment.GetEnvironmentVariable(BootstrapKey.Variable);

    public static Command Build(Terminal terminal)
    {
        var config = new Option<string?>("--config") { Description = "JSON file with any of these options in snake_case; the command line goes before it" };
        var urls = new Option<string?>("--urls") { Description = "addresses to listen on, separated by ';' (default http://127.0.0.1:8080)" };
        var engine = new Option<string?>("--engine") { Description = "backend: twin or cpu" };
        var device = new Option<string?>("--device") { Description = "device of the catalogue or a path (default mi300x)" };
        var model = new Option<string?>("--model") { Description = "model of the catalogue or a path (default llama-3.1-70b)" };
        var modelPath = new Option<string?>("--model-path") { Description = "checkpoint that the engine cpu loads: config.json, tokenizer.json, safetensors (default a small generated model)" };
        var weights = new Option<string?>("--weights") { Description = "how the engine cpu holds weights: fp32, bf16 or int8 (default bf16)" };
        var tp = new Option<int?>("--tp") { Description = "devices that share each layer (default 1)" };
        var policy = new Option<string?>("--policy") { Description = "policy that decides the split (default learned)" };
        var explore = new Option<double?>("--explore-share") { Description = "share of its plans that learned leaves to chance; 0 for none (default 0.02)" };
        var stack = new Option<string?>("--stack") { Description = "host and launch cost (default graphs)" };
        var slo = new Option<string?>("--slo") { Description = "SLO tier: paper, middle or tight (default paper)" };
        var load = new Option<string?>("--load") { Description = "workload served in a loop: a file, a bundled name, or none (default shifting)" };
        var rate = new Option<double?>("--rate") { Description = "rate to offer, requests per second (default 0.6 of the device's max_goodput)" };
        var data = new Option<string?>("--data") { Description = "folder of the samples (default ./data)" };
        var store = new Option<string?>("--store") { Description = "store of the samples: sqlite, litedb or postgres (default what the folder holds, else the edition's)" };
        var seed = new Option<ulong?>("--seed") { Description = "seed of load and jitter (default 1)" };
        var models = new Option<string[]>("--models") { Description = "further folders of devices and models" };
        var command = new Command("serve", "Run the service: an engine whose split is chosen live, its samples kept, its state over HTTP.")
        {
            config, urls, engine, device, model, modelPath, weights, tp, policy, explore, stack, slo, load, rate, data, store, seed, models,
        };
        command.SetAction(async (parsed, stop) =>
        {
            ServeConfig Read(Problems problems) => ServeConfig.Read(parsed.GetValue(config), Variables(), problems)
                .Over("--urls", parsed.GetValue(urls), (o, v) => o with { Urls = v })
                .Over("--engine", parsed.GetValue(engine), (o, v) => o with { Engine = v })
                .Over("--device", parsed.GetValue(device), (o, v) => o with { Device = v })
                .Over("--model", parsed.GetValue(model), (o, v) => o with { Model = v })
                .Over("--model-path", parsed.GetValue(modelPath), (o, v) => o with { ModelPath = v })
                .Over("--weights", parsed.GetValue(weights), (o, v) => o with { Weights = v })
                .Over("--tp", parsed.GetValue(tp), (o, v) => o with { Tp = v })
                .Over("--policy", parsed.GetValue(policy), (o, v) => o with { Policy = v })
                .Over("--explore-share", parsed.GetValue(explore), (o, v) => o with { ExploreShare = v })
                .Over("--stack", parsed.GetValue(stack), (o, v) => o with { Stack = v })
                .Over("--slo", parsed.GetValue(slo), (o, v) => o with { Slo = v })
                .Over("--load", parsed.GetValue(load), (o, v) => o with { Load = v })
                .Over("--rate", parsed.GetValue(rate), (o, v) => o with { Rate = v })
                .Over("--data", parsed.GetValue(data), (o, v) => o with { Data = v })
                .Over("--store", parsed.GetValue(store), (o, v) => o with { Store = v })
                .Over("--seed", parsed.GetValue(seed), (o, v) => o with { Seed = v });

            var found = new Problems();
            var read = Read(found);
            var access = ServeAccess.Of(read, BootstrapFile, found);
            var setup = ServeSetup.Of(read.Options, SpecCatalogue.Open(parsed.GetValue(models) ?? []), found, terminal.Clock, read.Where);
            var host = new ServeHost(read.Options, setup, access, terminal) { Reread = Read, ConfigFile = parsed.GetValue(config) };
            return await host.RunAsync(stop);
        });
        return command;
    }

    /// <summary>Every variable of the environment.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(v => KeyValuePair.Create((string)v.Key, (string?)v.Value ?? ""));
}
