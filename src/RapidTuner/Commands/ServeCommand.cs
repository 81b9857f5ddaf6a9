using System.CommandLine;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Serving;

namespace RapidTuner.Commands;

/// <summary><c>serve</c>: the service (CONTRACT §2).</summary>
internal static class ServeCommand
{
    public static Command Build(Terminal terminal)
    {
        var config = new Option<string?>("--config") { Description = "JSON file with any of these options in snake_case; the command line goes before it" };
        var urls = new Option<string?>("--urls") { Description = "addresses to listen on, separated by ';' (default http://127.0.0.1:8080)" };
        var engine = new Option<string?>("--engine") { Description = "backend: twin" };
        var device = new Option<string?>("--device") { Description = "device of the catalogue or a path (default mi300x)" };
        var model = new Option<string?>("--model") { Description = "model of the catalogue or a path (default llama-3.1-70b)" };
        var tp = new Option<int?>("--tp") { Description = "devices that share each layer (default 1)" };
        var policy = new Option<string?>("--policy") { Description = "policy that decides the split (default rapid)" };
        var stack = new Option<string?>("--stack") { Description = "host and launch cost (default graphs)" };
        var slo = new Option<string?>("--slo") { Description = "SLO tier: paper, middle or tight (default paper)" };
        var load = new Option<string?>("--load") { Description = "workload served in a loop: a file, a bundled name, or none (default shifting)" };
        var rate = new Option<double?>("--rate") { Description = "rate to offer, requests per second (default 0.6 of the device's max_goodput)" };
        var data = new Option<string?>("--data") { Description = "folder of the samples (default ./data)" };
        var seed = new Option<ulong?>("--seed") { Description = "seed of load and jitter (default 1)" };
        var models = new Option<string[]>("--models") { Description = "further folders of devices and models" };
        var command = new Command("serve", "Run the service: an engine whose split is chosen live, its samples kept, its state over HTTP.")
        {
            config, urls, engine, device, model, tp, policy, stack, slo, load, rate, data, seed, models,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var found = new Problems();
            var options = new ServeOptions();
            if (parsed.GetValue(config) is { } file)
            {
                options = ServeOptionsFile.Read(file, options, found);
            }

            options = options with
            {
                Urls = parsed.GetValue(urls) ?? options.Urls,
                Engine = parsed.GetValue(engine) ?? options.Engine,
                Device = parsed.GetValue(device) ?? options.Device,
                Model = parsed.GetValue(model) ?? options.Model,
                Tp = parsed.GetValue(tp) ?? options.Tp,
                Policy = parsed.GetValue(policy) ?? options.Policy,
                Stack = parsed.GetValue(stack) ?? options.Stack,
                Slo = parsed.GetValue(slo) ?? options.Slo,
                Load = parsed.GetValue(load) ?? options.Load,
                Rate = parsed.GetValue(rate) ?? options.Rate,
                Data = parsed.GetValue(data) ?? options.Data,
                Seed = parsed.GetValue(seed) ?? options.Seed,
            };
            var addresses = LoopbackUrls.Check(options.Urls, found);
            var setup = ServeSetup.Of(options, SpecCatalogue.Open(parsed.GetValue(models) ?? []), found);
            return await new ServeHost(options, setup, addresses, terminal).RunAsync(stop);
        });
        return command;
    }
}
